// What a browser does in a class: events as they come, answers until they are taken, following and roaming.

import assert from "node:assert/strict";
import { test } from "node:test";
import { barSaid, isCountedIn } from "../../assets/stage/classroom/bars.js";
import { Follower } from "../../assets/stage/classroom/follower.js";
import { codeIn } from "../../assets/stage/classroom/joining.js";
import { Learner } from "../../assets/stage/classroom/learner.js";
import { Line, madeKey } from "../../assets/stage/classroom/line.js";
import { numbersOf, stateOf } from "../../assets/stage/classroom/states.js";
import { eventsIn, Stream } from "../../assets/stage/classroom/stream.js";
import { Teacher } from "../../assets/stage/classroom/teacher.js";

const BASE = "http://127.0.0.1/base/lesson?preset=x";
const tick = (ms = 0) => new Promise((done) => setTimeout(done, ms));
/** Until it is so: how long that takes says nothing here. */
const until = async (isSo) => {
  for (let n = 0; n < 2000 && !isSo(); n++) await tick(2);
};

/**
 * A server of one class: what it is asked is noted, what it answers is said by `answers`, and streams are told by hand.
 */
function server(answers = () => ({ status: 200, body: {} })) {
  const asked = [];
  const streams = [];
  const fetch = async (url, options) => {
    const path = new URL(url).pathname;
    if (options.method !== "POST") return opened(path);
    const message = JSON.parse(options.body);
    asked.push({ path, message, key: options.headers["Atlas-Key"] });
    const { status, body } = answers(path, message, asked.length);
    if (!status) throw new TypeError("no connection");
    return new Response(JSON.stringify(body), { status });
  };
  const opened = (path) => {
    const stream = { path };
    const body = new ReadableStream({
      start(controller) {
        stream.tell = (event, content) =>
          controller.enqueue(new TextEncoder().encode(`event: ${event}\ndata: ${JSON.stringify(content)}\n\n`));
        stream.cut = () => controller.error(new TypeError("cut"));
      },
    });
    streams.push(stream);
    const status = typeof stream.status === "number" ? stream.status : 200;
    return new Response(body, { status });
  };
  return { asked, streams, line: new Line(BASE, { fetch, sleep: () => tick(1) }) };
}

const question = (parts = {}) => ({
  id: "q-one",
  kind: "number",
  text: "?",
  choices: [],
  round: 1,
  phase: "open",
  ...parts,
});
const now = (revision, parts = {}) => ({
  code: "ABCDEF",
  revision,
  until: 0,
  names: false,
  shown: null,
  question: null,
  challenge: null,
  ...parts,
});
const you = (parts = {}) => ({ nickname: "", follows: true, answers: [], reached: false, ...parts });

/** @param {ReturnType<typeof server>} place */
function learner({ line }, parts = {}) {
  const told = { kept: undefined, moved: 0 };
  const seat = { role: "learner", code: "ABCDEF", token: "t".repeat(22), follows: true, ...parts };
  const found = new Learner(line, seat, {
    keep: (each) => {
      told.kept = each;
    },
    seen: () => {},
    moved: () => {
      told.moved += 1;
    },
  });
  return { found, told };
}

test("events are read as they come, in pieces, with signs of life between them", () => {
  const first = eventsIn('event: class\nid: 3\ndata: {"a": 1}\n\n:\n\nevent: you\nda');
  assert.deepEqual(first.events, [["class", { a: 1 }]]);
  assert.deepEqual(eventsIn(`${first.rest}ta: "x"\n\n`), { events: [["you", "x"]], rest: "" });
  assert.deepEqual(eventsIn("event: ended\r\ndata: {}\r\n\r\n").events, [["ended", {}]]);
});

test("a stream that is cut is opened again, below the app's own path, and its end is not", async () => {
  const place = server();
  const heard = [];
  const lost = [];
  let over = 0;
  const stream = new Stream(place.line, "ABCDEF/events", "key", {
    hear: (event) => heard.push(event),
    lost: (isLost) => lost.push(isLost),
    over: (status) => {
      over = status;
    },
  });
  const run = stream.run();
  await tick(5);
  place.streams[0].tell("class", {});
  await tick(5);
  place.streams[0].cut();
  await tick(20);
  assert.equal(place.streams.length, 2);
  assert.equal(place.streams[1].path, "/base/atlas/class/ABCDEF/events");
  place.streams[1].tell("class", {});
  place.streams[1].tell("ended", {});
  await run;
  assert.deepEqual(heard, ["class", "class"]);
  assert.deepEqual(lost, [false, true, false, false]);
  assert.equal(over, 404);
});

test("an answer is sent until somebody takes it, and once only", async () => {
  const place = server((_, message, n) =>
    n < 4 ? { status: [0, 503, 0][n - 1], body: {} } : { status: 200, body: message },
  );
  const { found, told } = learner(place);
  found.begin({ token: "", you: you(), now: now(1, { question: question() }) });
  found.say(0.25);
  found.say(0.5);
  assert.deepEqual(told.kept.pending, { question: "q-one", round: 1, value: 0.25 });
  assert.deepEqual(found.answer, { value: 0.25, isTaken: false });
  await until(() => found.answer?.isTaken);
  assert.equal(place.asked.length, 4);
  assert.ok(place.asked.every(({ message }) => message.value === 0.25));
  assert.deepEqual(found.answer, { value: 0.25, isTaken: true });
  assert.equal(told.kept.pending, undefined);
  found.close();
});

test("an answer that was kept over a reload goes out, and one whose question is closed does not", async () => {
  const pending = { question: "q-one", round: 1, value: 2 };
  const place = server((_, message) => ({ status: 200, body: message }));
  const { found } = learner(place, { pending });
  found.begin();
  await tick(10);
  assert.deepEqual(
    place.asked.map(({ message }) => message),
    [pending],
  );
  found.close();
  const away = server(() => ({ status: 0, body: {} }));
  const late = learner(away, { pending });
  late.found.begin();
  await tick(5);
  away.streams[0].tell("class", now(2, { question: question({ phase: "closed" }) }));
  await tick(10);
  assert.equal(late.told.kept.pending, undefined);
  const count = away.asked.length;
  await tick(20);
  assert.ok(away.asked.length <= count + 1);
  late.found.close();
});

test("what is refused is said, and can be answered again in the next round", async () => {
  const place = server(() => ({ status: 409, body: { problem: "This question is closed." } }));
  const { found } = learner(place);
  found.begin({ token: "", you: you(), now: now(1, { question: question() }) });
  found.say(1);
  await tick(10);
  assert.equal(found.problem, "This question is closed.");
  assert.equal(found.answer, undefined);
  found.close();
});

test("an older event is dropped, and the first of a new connection moves the page again", async () => {
  const place = server();
  const { found, told } = learner(place);
  found.begin();
  await tick(5);
  place.streams[0].tell("class", now(5));
  place.streams[0].tell("class", now(4));
  place.streams[0].tell("class", now(5));
  await tick(5);
  assert.equal(told.moved, 1);
  place.streams[0].cut();
  await tick(20);
  place.streams[1].tell("class", now(5));
  await tick(5);
  assert.equal(told.moved, 2);
  found.close();
});

test("whoever roams says so, also after the line was lost", async () => {
  const place = server();
  const { found, told } = learner(place);
  found.begin();
  found.follow(false);
  await tick(5);
  assert.deepEqual(place.asked[0].message, { follows: false });
  assert.equal(told.kept.follows, false);
  place.streams[0].tell("you", you({ follows: true }));
  await tick(5);
  assert.equal(place.asked.length, 2);
  found.close();
});

const goal = { id: "c-one", lesson: "one", number: 0 };

test("a challenge is reached once, its solution is shown where its owner agrees, and taken back", async () => {
  const place = server();
  const { found, told } = learner(place);
  found.begin({ token: "", you: you(), now: now(1, { challenge: goal }) });
  assert.equal(found.hasReached, false);
  await found.agree(true);
  await found.reach("data=1mine");
  await found.reach("data=1more");
  assert.deepEqual([found.hasReached, found.isShown], [true, false]);
  await found.agree(true);
  assert.equal(found.isShown, true);
  assert.equal(told.kept.solution, "data=1mine");
  await found.agree(false);
  assert.equal(found.isShown, false);
  assert.deepEqual(
    place.asked.map(({ message }) => message),
    [{ challenge: "c-one" }, { challenge: "c-one", query: "data=1mine" }, { challenge: "c-one" }],
  );
  found.close();
});

test("a solution that the server refuses stays counted, and why it is not shown is said", async () => {
  const problem = "The numbers of this link do not reach the challenge.";
  const place = server((_, { query }) =>
    query === undefined ? { status: 200, body: {} } : { status: 409, body: { problem } },
  );
  const { found } = learner(place);
  found.begin({ token: "", you: you(), now: now(1, { challenge: goal }) });
  await found.reach("data=1mine");
  await found.agree(true);
  assert.deepEqual(place.asked.at(-1).message, { challenge: "c-one" });
  assert.deepEqual([found.hasReached, found.isShown, found.notShown], [true, false, problem]);
  found.close();
});

test("a teacher shows one state at a time, and of those that wait the newest", async () => {
  let go;
  const gate = new Promise((done) => {
    go = done;
  });
  const place = server();
  const fetch = place.line.world.fetch;
  const slow = async (...request) => {
    await gate;
    return fetch(...request);
  };
  const line = new Line(BASE, { fetch: slow, sleep: () => tick(1) });
  const desk = { role: "teacher", code: "ABCDEF", secret: "s", until: 0 };
  const teacher = new Teacher(line, desk, { seen: () => {}, over: () => {} });
  for (const stop of ["A", "B", "C"]) teacher.show(stateOf({ lesson: "x", stop }));
  go();
  await tick(20);
  assert.deepEqual(
    place.asked.map(({ message }) => message.stop),
    ["A", "C"],
  );
  assert.ok(place.asked.every(({ path, key }) => path.endsWith("/ABCDEF/show") && key === "s"));
});

test("what is asked keeps its name until it is heard", async () => {
  const place = server((_, __, n) => ({ status: n < 3 ? 503 : 200, body: {} }));
  const desk = { role: "teacher", code: "ABCDEF", secret: "s", until: 0 };
  const teacher = new Teacher(place.line, desk, { seen: () => {}, over: () => {} });
  await teacher.ask({ kind: "truth", text: "Is it?" });
  assert.equal(place.asked.length, 3);
  assert.equal(new Set(place.asked.map(({ message }) => message.id)).size, 1);
});

/** A page that does what it is told, and says what it did. */
function page(path = "one") {
  const done = [];
  const here = { path };
  const follower = new Follower({
    visit: (href) => done.push(["visit", href]),
    lead: (state, shown) => {
      done.push(["lead", state.query]);
      shown(true);
    },
    own: () => done.push(["own"]),
    path: () => here.path,
    later: () => {},
  });
  return { done, here, follower };
}

test("a page goes to another lesson once, and is led when its stage has come", () => {
  const { done, here, follower } = page();
  const state = stateOf({ lesson: "two", query: "preset=b", stop: "S" });
  follower.follow(state);
  follower.follow({ ...state, stop: "T" });
  assert.deepEqual(done, [["visit", "./two?preset=b"]]);
  here.path = "two";
  follower.follow({ ...state, stop: "T" });
  assert.equal(done.length, 1, "nobody is there yet to be led");
  follower.placed(stateOf({ lesson: "two", query: "preset=b&step=S" }));
  assert.deepEqual(done[1], ["lead", "preset=b"], "to the step, too, though its numbers are there");
  follower.placed(stateOf({ lesson: "two", query: "preset=b&step=T" }));
  assert.equal(done.length, 2);
});

test("whoever roams keeps what was there, and has it again", () => {
  const { done, follower } = page();
  follower.follow(stateOf({ lesson: "one", query: "preset=b" }));
  follower.roam(undefined);
  assert.deepEqual(done.at(-1), ["own"]);
  follower.placed(stateOf({ lesson: "one", query: "data=1mine" }));
  const own = follower.place;
  follower.follow(stateOf({ lesson: "one", query: "preset=b" }));
  assert.deepEqual(done.at(-1), ["lead", "preset=b"]);
  follower.roam(own);
  assert.deepEqual(done.slice(-2), [["lead", "data=1mine"], ["own"]]);
  follower.placed(stateOf({ lesson: "one", query: "data=1more" }));
  assert.deepEqual(done.at(-1), ["own"]);
});

test("one's own answer is found among the bars, as the server names them", () => {
  const counted = (kind, label, value) => isCountedIn({ kind, choices: ["I", "you"] }, label, value);
  const numbers = ["below -2", "-2 to -1", "-1 to 0", "0 to 1", "1 and above"];
  for (const [value, place] of [
    [-9, 0],
    [-1.5, 1],
    [-1, 2],
    [0.25, 3],
    [1, 4],
  ]) {
    const found = numbers.map((label) => counted("number", label, value));
    assert.deepEqual(
      found,
      numbers.map((_, n) => n === place),
    );
  }
  assert.ok(counted("number", "-1.5", -1.5));
  assert.ok(counted("number", "0.3333", 1 / 3));
  assert.ok(counted("number", "1e-07", 1e-7));
  assert.ok(!counted("number", "0.25", -0.25));
  assert.ok(counted("line", "It is  LARGE", " it is large"));
  assert.deepEqual([counted("truth", "true", true), counted("truth", "false", true)], [true, false]);
  assert.deepEqual([counted("choice", "you", 1), counted("choice", "I", 1)], [true, false]);
});

test("links with the same numbers are the same, wherever they point", () => {
  assert.equal(numbersOf("step=P&preset=a+b&cell=1.2&data=1x"), numbersOf("data=1x&preset=a%20b&present=1"));
  assert.notEqual(numbersOf("preset=a"), numbersOf("preset=b"));
});

test("codes are read as they are typed, keys are long and stand in headers as they are", () => {
  assert.equal(codeIn(" abc-d2 f"), "ABCD2F");
  assert.match(madeKey(), /^[A-Za-z0-9_-]{24}$/);
  assert.notEqual(madeKey(), madeKey());
});

test("the bars of the server are read with the signs that are written", () => {
  const said = (kind, ...labels) => labels.map((label) => barSaid(kind, label));
  assert.deepEqual(said("number", "below -2", "-2 to -1", "1e-07", "3 and above"), [
    "below −2",
    "−2 to −1",
    "1e-07",
    "3 and above",
  ]);
  assert.deepEqual(said("truth", "true", "false"), ["true", "false"]);
  assert.deepEqual(said("choice", "bark"), ["bark"]);
  assert.deepEqual(said("line", "below -2", "other answers"), ["below -2", "other answers"]);
});
