"""Write the site: `python -m tools.site` and its arguments in `__main__`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from attention_core import CURRICULUM, Mechanism
from attention_core.engine.language import SOURCE, languages, speaking
from attention_core.mechanisms import MECHANISMS
from ui import docs
from ui.atlas import atlas_data
from ui.catalogues import words_script
from ui.home_sentence import SENTENCE, WORD, sentence_data
from ui.stage import built

from . import fonts, offline, python
from .pack import Pack, lesson_pack
from .pages import Site, entries_for_site
from .pictures import below
from .words import stage_words

ROOT = Path(__file__).parents[2]
STYLE = Path(__file__).parent / "site.css"
SCRIPTS = ("site_lesson", "site_page")
SIZES = ROOT / "assets" / "size.css"


def build(
    folder: Path, app: str = "", keys: Sequence[str] = (), processes: int = 2, pyodide: Path | None = None
) -> None:
    """All files of the site, in a folder that is emptied first.

    app: the address of the app, for links to what only it can do. keys: the only lessons whose data is written, for
    tests; by default all. pyodide: a folder with Pyodide and NumPy, for Python behind the pages.
    """
    shutil.rmtree(folder, ignore_errors=True)
    faces = _static(folder)
    if pyodide:
        python.write(folder, pyodide)
    sites = [Site(name, app, tuple(languages()), python.megabytes(folder)) for name in languages()]
    for site in sites:
        with speaking(site.language):
            _front_pages(folder, site)
        _guides(folder, site, faces)
    lessons = [each for each in CURRICULUM if not keys or each.key in keys]
    tasks = [(folder, sites, each.key) for each in _longest_first(lessons)]
    if processes > 1:
        with ProcessPoolExecutor(processes) as pool:
            list(pool.map(_lesson_of, tasks))
    else:
        for task in tasks:
            _lesson_of(task)
    offline.write(folder)


def _longest_first(lessons: Sequence[Mechanism]) -> list[Mechanism]:
    """Those with most options first, so that none is left over in the end."""
    return sorted(lessons, key=lambda each: -len(each.options) * len(each.presets))


def _lesson_of(task: tuple[Path, list[Site], str]) -> None:
    """The data of a lesson, and its page in every language."""
    folder, sites, key = task
    mechanism = MECHANISMS[key]
    with speaking(SOURCE):
        pack: Pack = lesson_pack(mechanism)
    script(folder / "data" / f"{key}.js", f"lesson/{key}", pack)
    for site in sites:
        with speaking(site.language):
            _page_of(folder, site, mechanism, pack)


def _page_of(folder: Path, site: Site, mechanism: Mechanism, pack: Pack) -> None:
    key, data = mechanism.key, folder / "data" / site.language
    script(data / f"{key}.js", f"words/{key}", stage_words(mechanism, pack))
    script(data / "pictures" / f"{key}.js", f"pictures/{key}", below(mechanism))
    written(folder / site.folder / f"{key}.html", site.lesson(mechanism, list(pack["large"])))


def _front_pages(folder: Path, site: Site) -> None:
    data = folder / "data" / site.language
    script(data / "find.js", "find", entries_for_site())
    atlas = atlas_data()
    lessons = [{**each, "href": f"{each['href']}.html"} for each in atlas["lessons"]]
    script(data / "map.js", "picture/atlas", {**atlas, "lessons": lessons})
    titles = {each.key: each.title for each in site.lessons}
    home = {"picture/sentence": sentence_data(SENTENCE, WORD), "picture/resume": {"titles": titles}}
    written(data / "home.js", "".join(statement(name, each) for name, each in home.items()))
    if said := words_script(site.language):
        written(data / "said.js", said)
    for name, page in (("index", site.home()), ("map", site.map()), ("notation", site.notation())):
        written(folder / site.folder / f"{name}.html", page)


def _guides(folder: Path, site: Site, faces: str) -> None:
    """The guides of docs/, whose links lead into the site, or into the app where its address is known."""
    root = f"../{site.root}"
    beside = faces.replace('url("', f'url("{root}static/')
    for name in docs.PAGES:
        text = docs.page(name, site.led, f"{root}{site.folder}index.html", beside, site.language)
        written(folder / docs.PATH / site.folder / f"{name}.html", text)


def _static(folder: Path) -> str:
    """Scripts, fonts and style. Returns the style that says where the fonts are, by addresses beside it."""
    static = folder / "static"
    static.mkdir(parents=True)
    for name in SCRIPTS:
        written(static / f"{name}.js", built(name))
    faces = fonts.write(static)
    written(static / "site.css", faces + "".join(file.read_text(encoding="utf-8") for file in (STYLE, SIZES)))
    return faces


def script(file: Path, name: str, data: Any) -> None:
    """A classic script that puts data under a name, for pages that may fetch nothing."""
    written(file, statement(name, data))


def statement(name: str, data: Any) -> str:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return f"(self.atlasData??={{}})[{json.dumps(name)}]={text};\n"


def written(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
