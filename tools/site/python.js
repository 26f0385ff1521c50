// Python behind the pages of the static site: fetched once, then asked one question after another.
// assets/stage/site/python.js speaks to it, tools/site/answers.py answers.

importScripts("pyodide.js");

const HOME = new URL(".", self.location.href).href;

async function begin() {
  const python = await loadPyodide({ indexURL: HOME });
  const [core] = await Promise.all([fetched("core.zip"), python.loadPackage("numpy", { messageCallback: () => {} })]);
  python.unpackArchive(core, "zip", { extractDir: "/atlas" });
  python.runPython("import sys; sys.path.insert(0, '/atlas')");
  return python.pyimport("tools.site.answers").answer;
}

async function fetched(name) {
  const answer = await fetch(new URL(name, HOME));
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer.arrayBuffer();
}

// Of a traceback the last line says what happened.
const said = (error) => String(error).trim().split("\n").pop();

const python = begin();
python.then(
  () => postMessage({ n: 0 }),
  (error) => postMessage({ n: 0, error: said(error) }),
);

onmessage = async ({ data: { n, question } }) => {
  try {
    postMessage({ n, answer: (await python)(question) });
  } catch (error) {
    postMessage({ n, error: said(error) });
  }
};
