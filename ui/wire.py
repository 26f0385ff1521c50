"""The wire format: what a page sends to each component, and what comes back; assets/stage/wire.js has the same fields.

What the stage itself receives stands in attention_stage/wire.py. Everything here is safe for JSON. A test compares the
files: names, whether a field may be missing, and types.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NotRequired, TypedDict

from attention_stage.wire import WireHistory, WirePayload, WireRefusal, WireStep, WireView


class WireAddress(TypedDict):
    """The payload of a lesson without a stage: the address to show, and the session as a query string to keep.

    view: the step and the cell that its maps show.
    """

    key: str
    mode: str
    query: str
    memory: str
    view: WireView
    session: str
    restored: bool
    sequence: int
    history: WireHistory


class WireEdit(TypedDict):
    """One number typed into an input. stroke: of edits that are undone together, the number of the first."""

    sequence: int
    step: str
    offset: int
    value: float
    stroke: NotRequired[int]


class WireTurn(TypedDict):
    """Undo (-1) or redo (1)."""

    sequence: int
    turn: int


class WireAdopt(TypedDict):
    """Numbers that the browser had from a link, which become the session's own. query: that of the link."""

    sequence: int
    query: str


class WireEdits(TypedDict):
    """The message "edit": every edit that is not answered yet. Its fields are checked before they are used."""

    sequence: int
    edits: Sequence[WireEdit | WireTurn]
    view: NotRequired[WireView]
    lost: NotRequired[bool]
    restore: NotRequired[str]
    adopt: NotRequired[WireAdopt]
    time: NotRequired[int]


class WireAnswer(TypedDict):
    """The answer to a post."""

    sequence: int
    redraw: bool
    history: WireHistory
    problem: NotRequired[str]
    refused: NotRequired[Sequence[WireRefusal]]
    values: NotRequired[str]


class WireClassDoor(TypedDict):
    """A button to a class. wish: "start" or "join"."""

    wish: str


class WireFollow(TypedDict):
    """What the component receives that has a part of the page drawn again."""

    key: str
    area: str
    sequence: int
    revealed: int
    awaits: bool


class WireLanguage(TypedDict):
    """The switch between languages. language: of the page; tags: as HTML calls them; names: as their readers do."""

    language: str
    tags: dict[str, str]
    names: dict[str, str]
    page: str


class WireCopy(TypedDict):
    """A link to be handed out. code: the address of its QR code, "" where there is none, and then a note why."""

    link: str
    code: str
    note: str


class WirePlans(TypedDict):
    """What the page of plans receives. titles: of all lessons by key; sheet: where a plan is posted to be printed."""

    titles: dict[str, str]
    sheet: str


class WireAdd(TypedDict):
    """A state of a lesson to be added to a plan. query: of the link to it."""

    lesson: str
    title: str
    query: str


class WireSave(TypedDict):
    """What the export dialog's component receives.

    pictures: whether there is a stage to be saved; kept: the number of the style of CSV files.
    """

    pictures: bool
    kept: int


# --- the pictures -----------------------------------------------------------------------------------------------------


class WireLayer(TypedDict):
    """Pixels of one kind, and the number drawn strongest."""

    kind: str
    top: float
    pixels: Sequence[float | str]
    of: NotRequired[tuple[str, int]]


class WireBox(TypedDict):
    """A square on a picture."""

    x0: float
    y0: float
    x1: float
    y1: float
    label: str
    strength: float
    handle: str | None


class WireBounds(TypedDict):
    """How far a square may be moved, and half its side."""

    left: float
    right: float
    top: float
    bottom: float
    least: float
    most: float


class WirePanel(TypedDict):
    """One picture of pixels with its squares."""

    title: str
    rows: int
    columns: int
    layers: Sequence[WireLayer]
    boxes: Sequence[WireBox]
    bounds: WireBounds


class WireImages(TypedDict):
    """What the picture of pixels receives."""

    across: int
    panels: Sequence[WirePanel]


class WireMove(TypedDict):
    """The message "moved": to where a box was dragged. stroke: the same during one drag."""

    input: str
    values: Sequence[float]
    stroke: int


class WireAlignment(TypedDict):
    """What the picture of an alignment receives."""

    caption: str
    rows: Sequence[str]
    columns: Sequence[str]
    strengths: Sequence[Sequence[float]]
    guesses: Sequence[Sequence[tuple[str, float]]]
    said: Sequence[str]
    groups: Sequence[tuple[str, int]]


class WireLine(TypedDict):
    """One sentence of a text that was read, with a weight for each word."""

    mark: float
    words: Sequence[str]
    shares: Sequence[float | None]


class WireReading(TypedDict):
    """What the picture of a text that was read receives."""

    caption: str
    lines: Sequence[WireLine]
    said: str
    unread: str


class WireNode(TypedDict):
    """One node of a wiring."""

    name: str
    x: float
    y: float
    boxed: bool


class WireWire(TypedDict):
    """An arrow between two nodes."""

    start: int
    end: int
    strength: float | None


class WireWiring(TypedDict):
    """What the picture of a wiring receives."""

    caption: str
    nodes: Sequence[WireNode]
    wires: Sequence[WireWire]


class WireChart(TypedDict):
    """Which chart to watch for clicks."""

    chart: str


class WirePick(TypedDict):
    """The message "pick": a cell of a heatmap that was clicked."""

    cell: tuple[int, int]
    panel: int


# --- the front pages --------------------------------------------------------------------------------------------------


class WireSentence(TypedDict):
    """A sentence that attends to itself: steps with their values, and which of them are which."""

    caption: str
    steps: Sequence[WireStep]
    values: str
    given: str
    weights: str
    output: str
    chosen: int


class WireEntry(TypedDict):
    """A lesson or a term, as it is found."""

    title: str
    kind: str
    about: str
    href: str
    names: Sequence[str]
    words: str


class WireFind(TypedDict):
    """What the search field receives."""

    index: str
    hint: str
    tries: Sequence[str]


class WireProse(TypedDict):
    """A text as HTML, its formulas as MathML."""

    html: str


class WireResume(TypedDict):
    """The titles of all lessons by key, of which a browser may have opened some."""

    titles: dict[str, str]


class WirePlaced(TypedDict):
    """A lesson on the map. section: its number among the sections."""

    title: str
    href: str
    about: str
    year: str
    section: int


class WireGroup(TypedDict):
    """Lessons that stand together."""

    title: str
    about: str
    picture: str
    lessons: Sequence[int]


class WireSight(TypedDict):
    """The map arranged in one way. lies: groups stand beside each other where there is room."""

    title: str
    about: str
    lies: bool
    groups: Sequence[WireGroup]


class WireAtlas(TypedDict):
    """What the map receives."""

    sections: Sequence[str]
    lessons: Sequence[WirePlaced]
    sights: Sequence[WireSight]


class WireTable(TypedDict):
    """One step as it is played; None stands for minus infinity."""

    name: str
    rows: Sequence[str]
    columns: Sequence[str]
    cells: Sequence[Sequence[float | None]]
    top: float
    shares: bool
    more: int


class WireDuo(TypedDict):
    """Two computations to be played in step: the steps of both, and which of them belong to one moment."""

    titles: Sequence[str]
    tables: Sequence[Sequence[WireTable]]
    moments: Sequence[Sequence[int | None]]
    opens: int


class WireCard(TypedDict):
    """A card of the tour. part: a selector; stop: where it is looked for, "" for where the tour began."""

    title: str
    text: str
    part: str
    stop: str


class WireTour(TypedDict):
    """What the tour receives. start: the card to begin with, from 1; 0 waits to be asked."""

    cards: Sequence[WireCard]
    start: int


# --- the microscope ---------------------------------------------------------------------------------------------------


class WireModel(TypedDict):
    """A model that can be opened."""

    key: str
    title: str
    about: str


class WireMeasure(TypedDict):
    """What is measured of every head; the formula in MathML."""

    key: str
    title: str
    about: str
    formula: str


class WireDiscovery(TypedDict):
    """A place in the microscope where something is to be seen, by its address."""

    title: str
    about: str
    query: str


class WireUploads(TypedDict):
    """Where files of a model are posted, for which session, how many megabytes at most, and their names in order."""

    to: str
    session: str
    most: float
    files: Sequence[str]


class WireMicroscope(TypedDict):
    """What the microscope receives; all else it asks for by posts. note: said where only the recorded run is there.

    uploads: None where no model may be uploaded.
    """

    ask: str
    stage: str
    models: Sequence[WireModel]
    measures: Sequence[WireMeasure]
    discoveries: Sequence[WireDiscovery]
    text: str
    other: str
    recorded: str
    note: str
    uploads: WireUploads | None


# --- questions to the microscope, and its answers ---------------------------------------------------------------------

WireSwitch = Sequence[int]  # layer; layer, head; layer, head, query, key: counted from 1
WireSetting = tuple[str, Sequence[int], float]  # a number set by hand: step or weight, cell (from 0), number


class WireAbout(TypedDict):
    """What every question names: model and text, what is switched off, what is set by hand. session: of an upload."""

    model: str
    text: str
    without: Sequence[WireSwitch]
    edits: Sequence[WireSetting]
    session: NotRequired[str]


class WireToken(TypedDict):
    """A token as the model reads it."""

    id: int
    piece: str


class WireGuess(TypedDict):
    """A token that may come next."""

    id: int
    piece: str
    probability: float


class WireOutcome(TypedDict):
    """What comes out of two runs: of a language model next tokens, of an encoder how alike its vectors are."""

    before: NotRequired[Sequence[WireGuess]]
    after: NotRequired[Sequence[WireGuess]]
    cosine: NotRequired[float]


class WireChanged(TypedDict):
    """One run less another: maps as ui/microscope/maps.py writes changes, the largest of each head, what comes out."""

    top: float
    maps: str
    largest: Sequence[float]
    outcome: WireOutcome | None


class WireSet(TypedDict):
    """A number set by hand, with its cell in words and the number that the model has there."""

    step: str
    at: Sequence[int]
    named: str
    before: float | None
    value: float


class WireRun(TypedDict):
    """A text that was read: maps layer by layer, see ui/microscope/maps.py. steps, weights: none of a recorded run."""

    title: str
    kind: str
    tokens: Sequence[WireToken]
    layers: int
    heads: int
    maps: str
    measures: dict[str, Sequence[float] | None]
    changed: NotRequired[WireChanged]
    steps: NotRequired[Sequence[str]]
    weights: NotRequired[Sequence[str]]
    settings: NotRequired[Sequence[WireSet]]


class WireCompared(TypedDict):
    """Another run beside the first. changed: the first less the other; None where they have not the same places.

    said: in what the runs differ before any number does, or "".
    """

    other: WireRun
    changed: WireChanged | None
    said: str


class WireOpened(TypedDict):
    """An opened head: exact weights as float32, and its computation. query: the one row on the stage; None for all."""

    layer: int
    head: int
    weights: str
    query: int | None
    stage: WirePayload


class WirePart(TypedDict):
    """A cell that another one is made of."""

    name: str
    at: Sequence[int]
    symbol: str
    named: str
    value: str


class WireRest(TypedDict):
    """What is left out of a long sum."""

    count: int
    total: str


class WireArithmetic(TypedDict):
    """A cell: in symbols and in numbers, both "" where it is given or set by hand. before: without the changes."""

    name: str
    at: Sequence[int]
    named: str
    value: float | None
    symbols: str
    numbers: str
    rests: Sequence[WireRest]
    made: Sequence[WirePart]
    fixed: bool
    before: NotRequired[float | None]


class WireWindow(TypedDict):
    """Cells of a step, from `at` on. before: the same cells without the changes."""

    name: str
    symbol: str
    axes: Sequence[tuple[str, int]]
    at: Sequence[int]
    rows: Sequence[str]
    columns: Sequence[str]
    cells: Sequence[Sequence[float | None]]
    top: float
    before: NotRequired[Sequence[Sequence[float | None]]]


class WireGradient(TypedDict):
    """Gradient times input of one cell, for tokens and for heads; None where no gradient arrives."""

    name: str
    at: Sequence[int]
    value: float | None
    tokens: Sequence[float] | None
    heads: Sequence[Sequence[float] | None]


class WireNext(TypedDict):
    """The likeliest next tokens, and how many are in the choice."""

    next: Sequence[WireGuess]
    kept: int


class WireLevel(TypedDict):
    """What one layer would say."""

    layer: str
    guesses: Sequence[WireGuess]


class WireLens(TypedDict):
    """What every layer would say after a token."""

    token: int
    levels: Sequence[WireLevel]


class WireOne(TypedDict):
    """A token that was written, what else was likely, and the keys in the cache."""

    id: int
    piece: str
    probability: float
    cached: int
    others: Sequence[WireGuess]


class WireWritten(TypedDict):
    """Tokens written on."""

    written: Sequence[WireOne]


class WireSimilar(TypedDict):
    """The cosine of two sentences' vectors, its arithmetic, and how many terms are left out of it."""

    similarity: float
    numbers: str
    rest: int
