// The wire format: what the page sends to each component, and what comes back. ui/wire.py holds the same fields.

/** @import { FunctionName } from "./model/functions.js" */

/** @typedef {[name: string, labels: string[]]} WireAxis */

/** @typedef {[base: string | WireIndex, coefficient: number, divisor: number, modulus: number]} WireTerm */

/** @typedef {[offset: number, ...terms: WireTerm[]]} WireIndex */

/**
 * Operations on parts. The words are those of attention_core's expressions.
 * @typedef {"sum" | "product" | "quotient" | "power" | "max" | "min" | "edge" | "list" | "choose" | FunctionName} Operation
 */

/**
 * How one cell is computed: a nested list that begins with its operation.
 * @typedef {["constant", number | null, string?] | ["cell", number, WireIndex[]] | ["over", Operation, string, number, WireExpression]
 *   | ["piece", WireIndex, number[], ...WireExpression[]] | ["top", number, WireIndex, WireExpression] | ["position", WireIndex]
 *   | [Operation, ...WireExpression[]]} WireExpression
 */

/**
 * @typedef {object} WireStep
 * @property {string} name
 * @property {string} plain the symbol in LaTeX
 * @property {string} symbol the symbol in MathML
 * @property {boolean} compound whether the symbol has an index of its own
 * @property {WireAxis[]} axes
 * @property {string} view how it is drawn: "matrix", "image" ...
 * @property {number} beside how many of the last axes are drawn beside each other
 * @property {string} sign what stands between the operands
 * @property {string} meaning
 * @property {boolean} editable
 * @property {boolean} switch
 * @property {WireExpression | null} expression null for an input
 * @property {boolean} [shares] whether a given step is known to be shared out, as weights are
 * @property {number[]} [marked] offsets of cells that differ from those of another step
 */

/**
 * @typedef {object} WireStop
 * @property {string} title
 * @property {number[]} steps numbers of the steps listed there
 * @property {number | null} result the number of the step computed there
 * @property {string} words prose as HTML
 * @property {number[]} [breaks] the places in the list of steps at which a new line begins, where there is room for lines
 */

/**
 * Where the learner is.
 * @typedef {object} WireView
 * @property {string} stop
 * @property {number[] | null} cell the position of the pinned cell
 * @property {Record<string, number>} at chosen positions along the leading axes
 */

/**
 * A view that the page asks for.
 * @typedef {object} WirePlace
 * @property {string} stop
 * @property {number[] | null} cell
 * @property {Record<string, number>} at
 * @property {number} token a new one asks the stage to go there
 */

/** @typedef {[step: string, offset: number, value: number]} WireRefusal */

/**
 * The parts of a link that a browser cannot know; the others are its numbers and its view.
 * @typedef {object} WireLink
 * @property {string} preset "" for the first one
 * @property {boolean} looked whether the link names a step
 * @property {string} hide
 * @property {string} until
 * @property {string} task a teacher's own words, "" where there are none
 * @property {string} section the one open below the stage, "" for the first one
 * @property {[name: string, text: string][]} options those that differ from the preset's
 * @property {string} start the key of the preset's numbers
 * @property {string} labels changed names as JSON, "" where there are none
 * @property {string | null} text the packed text, where text is typed and not numbers
 */

/** @typedef {Record<string, string | null>} WireStart */

/** @typedef {[back: boolean, forward: boolean]} WireHistory whether there is a change to undo, and one to redo */

/**
 * What the stage receives. A browser keeps what is sent once under a key: steps and stops, and the preset's numbers.
 * @typedef {object} WirePayload
 * @property {string} key "" where this is no lesson's stage
 * @property {string} mode "lesson", "backward", "gallery", "case"
 * @property {string} structure the key of steps and stops: where it is the same, so are they
 * @property {WireStep[]} [steps] these two where the key is a new one
 * @property {WireStop[]} [stops]
 * @property {WireStart} [start] of a lesson, where link.start is a new key
 * @property {string} values all numbers of all steps, float64 in reading order, base64
 * @property {WirePlace} view
 * @property {number} sequence the number of the last edit the page has made
 * @property {string[]} hide
 * @property {string} problem why numbers were refused
 * @property {WireRefusal[]} refused
 * @property {WireHistory} [history] of a lesson
 * @property {WireLink} [link] of a lesson
 * @property {string} [session] a name of the session that answers: another process has others
 * @property {boolean} [restored] whether that session was handed over by this browser
 * @property {string} [posts] where edits are posted; "" where they go through the page
 */

/**
 * What a lesson without a stage sends: the address to show, and what to remember. view: the step and the cell of its maps.
 * @typedef {object} WireAddress
 * @property {string} key
 * @property {string} mode "address"
 * @property {string} query
 * @property {string} memory
 * @property {WireView} view
 * @property {string} session
 * @property {boolean} restored
 * @property {number} sequence
 * @property {WireHistory} history
 */

/**
 * @typedef {object} WireEdit
 * @property {number} sequence
 * @property {string} step
 * @property {number} offset
 * @property {number} value
 * @property {number} [stroke] of edits that are undone together, the number of the first
 */

/**
 * @typedef {object} WireTurn
 * @property {number} sequence
 * @property {number} turn -1 undo, 1 redo
 */

/**
 * Numbers that the browser had from a link, which become the session's own. query: that of the link.
 * @typedef {object} WireAdopt
 * @property {number} sequence
 * @property {string} query
 */

/**
 * The message "edit": every edit that is not answered yet. It goes as a post, or through the page, which then draws all
 * that follows from the numbers again.
 * @typedef {object} WireEdits
 * @property {number} sequence
 * @property {(WireEdit|WireTurn)[]} edits
 * @property {WireView} [view]
 * @property {boolean} [lost] parts are missing that were sent before
 * @property {string} [restore]
 * @property {WireAdopt} [adopt] what this browser remembers of the session it had with another process
 * @property {number} [time] so that no two messages are the same
 */

/**
 * The answer to a post.
 * @typedef {object} WireAnswer
 * @property {number} sequence
 * @property {boolean} redraw whether something that the server draws has become wrong
 * @property {WireHistory} history
 * @property {string} [problem] these two where something is refused, or was until now
 * @property {WireRefusal[]} [refused]
 * @property {string} [values] all numbers that stand, where the browser may have computed with others
 */

/**
 * A button to a class. wish: "start" or "join".
 * @typedef {object} WireClassDoor
 * @property {string} wish
 */

/**
 * What the component receives that has a part of the page drawn again.
 * @typedef {object} WireFollow
 * @property {string} key the lesson
 * @property {string} area the name of the container that it stands in
 * @property {number} sequence of the last edit that was drawn
 * @property {number} revealed how often it was asked for to be brought into view
 * @property {boolean} awaits whether nothing is drawn there before somebody comes near
 */

/**
 * The switch between languages.
 * @typedef {object} WireLanguage
 * @property {string} language of the page
 * @property {Record<string, string>} tags as HTML calls them
 * @property {Record<string, string>} names as those who read them do
 * @property {string} page its address
 */

/**
 * A link to be handed out.
 * @typedef {object} WireCopy
 * @property {string} link
 * @property {string} code the address of its QR code, "" where there is none
 * @property {string} note why there is none
 */

/**
 * What the page of plans receives.
 * @typedef {object} WirePlans
 * @property {Record<string, string>} titles of all lessons by key
 * @property {string} sheet where a plan is posted to be printed, "" where nothing answers
 */

/**
 * A state of a lesson to be added to a plan.
 * @typedef {object} WireAdd
 * @property {string} lesson
 * @property {string} title
 * @property {string} query of the link to it
 */

/**
 * What the export dialog's component receives.
 * @typedef {object} WireSave
 * @property {boolean} pictures whether there is a stage to be saved
 * @property {number} kept the number of the style of CSV files
 */

// --- the pictures ----------------------------------------------------------------------------------------------------

/**
 * @typedef {object} WireLayer
 * @property {string} kind "shade", "signed", "heat" or "colour"
 * @property {number} top the number drawn strongest
 * @property {(number | string)[]} pixels
 * @property {[step: string, start: number]} [of] which numbers of the trace these are
 */

/**
 * @typedef {object} WireBox
 * @property {number} x0
 * @property {number} y0
 * @property {number} x1
 * @property {number} y1
 * @property {string} label
 * @property {number} strength
 * @property {string | null} handle the input that moves with it
 */

/**
 * How far a square may be moved, and half its side.
 * @typedef {object} WireBounds
 * @property {number} left
 * @property {number} right
 * @property {number} top
 * @property {number} bottom
 * @property {number} least
 * @property {number} most
 */

/**
 * @typedef {object} WirePanel
 * @property {string} title
 * @property {number} rows
 * @property {number} columns
 * @property {WireLayer[]} layers
 * @property {WireBox[]} boxes
 * @property {WireBounds} bounds
 */

/**
 * What the picture of pixels receives.
 * @typedef {object} WireImages
 * @property {number} across
 * @property {WirePanel[]} panels
 */

/**
 * The message "moved": to where a box was dragged.
 * @typedef {object} WireMove
 * @property {string} input
 * @property {number[]} values
 * @property {number} stroke the same during one drag
 */

/**
 * @typedef {object} WireAlignment
 * @property {string} caption
 * @property {string[]} rows
 * @property {string[]} columns
 * @property {number[][]} strengths
 * @property {[name: string, chance: number][][]} guesses
 * @property {string[]} said
 * @property {[title: string, many: number][]} groups
 */

/**
 * @typedef {object} WireLine
 * @property {number} mark
 * @property {string[]} words
 * @property {(number | null)[]} shares
 */

/**
 * @typedef {object} WireReading
 * @property {string} caption
 * @property {WireLine[]} lines
 * @property {string} said
 * @property {string} unread
 */

/**
 * @typedef {object} WireNode
 * @property {string} name
 * @property {number} x
 * @property {number} y
 * @property {boolean} boxed
 */

/**
 * @typedef {object} WireWire
 * @property {number} start
 * @property {number} end
 * @property {number | null} strength
 */

/**
 * @typedef {object} WireWiring
 * @property {string} caption
 * @property {WireNode[]} nodes
 * @property {WireWire[]} wires
 */

/**
 * Which chart to watch for clicks.
 * @typedef {object} WireChart
 * @property {string} chart
 */

/**
 * The message "pick": a cell of a heatmap that was clicked.
 * @typedef {object} WirePick
 * @property {[row: number, column: number]} cell
 * @property {number} panel
 */

// --- the front pages ---------------------------------------------------------------------------------------------------

/**
 * A sentence that attends to itself: steps with their values, and which of them are which.
 * @typedef {object} WireSentence
 * @property {string} caption
 * @property {WireStep[]} steps
 * @property {string} values
 * @property {string} given the input with a row of numbers for each word
 * @property {string} weights
 * @property {string} output
 * @property {number} chosen the word chosen at first
 */

/**
 * A lesson or a term, as it is found.
 * @typedef {object} WireEntry
 * @property {string} title
 * @property {string} kind
 * @property {string} about
 * @property {string} href
 * @property {string[]} names others by which it is known
 * @property {string} words of its headings
 */

/**
 * What the search field receives.
 * @typedef {object} WireFind
 * @property {string} index the address of the entries
 * @property {string} hint
 * @property {string[]} tries what is sure to be found
 */

/**
 * A text as HTML, its formulas as MathML.
 * @typedef {object} WireProse
 * @property {string} html
 */

/**
 * The titles of all lessons by key, of which a browser may have opened some.
 * @typedef {object} WireResume
 * @property {Record<string, string>} titles
 */

/**
 * A lesson on the map. section: its number among the sections.
 * @typedef {object} WirePlaced
 * @property {string} title
 * @property {string} href
 * @property {string} about
 * @property {string} year
 * @property {number} section
 */

/**
 * Lessons that stand together.
 * @typedef {object} WireGroup
 * @property {string} title
 * @property {string} about
 * @property {string} picture its address, "" where there is none
 * @property {number[]} lessons
 */

/**
 * The map arranged in one way. lies: groups stand beside each other where there is room.
 * @typedef {object} WireSight
 * @property {string} title
 * @property {string} about
 * @property {boolean} lies
 * @property {WireGroup[]} groups
 */

/**
 * What the map receives.
 * @typedef {object} WireAtlas
 * @property {string[]} sections
 * @property {WirePlaced[]} lessons
 * @property {WireSight[]} sights
 */

/**
 * One step as it is played; null stands for minus infinity. more: of how many tables of the step this is the first, 0 of one.
 * @typedef {object} WireTable
 * @property {string} name
 * @property {string[]} rows
 * @property {string[]} columns
 * @property {(number | null)[][]} cells
 * @property {number} top the number drawn strongest
 * @property {boolean} shares
 * @property {number} more
 */

/**
 * Two computations to be played in step: the steps of both, and which of them belong to one moment.
 * @typedef {object} WireDuo
 * @property {string[]} titles
 * @property {WireTable[][]} tables
 * @property {(number | null)[][]} moments
 * @property {number} opens
 */

/**
 * A card of the tour. part: a selector; stop: where it is looked for, "" for where the tour began.
 * @typedef {object} WireCard
 * @property {string} title
 * @property {string} text
 * @property {string} part
 * @property {string} stop
 */

/**
 * What the tour receives.
 * @typedef {object} WireTour
 * @property {WireCard[]} cards
 * @property {number} start the card to begin with, from 1; 0 waits to be asked
 */

/**
 * A model that can be opened.
 * @typedef {object} WireModel
 * @property {string} key
 * @property {string} title
 * @property {string} about
 */

/**
 * What is measured of every head.
 * @typedef {object} WireMeasure
 * @property {string} key
 * @property {string} title
 * @property {string} about
 * @property {string} formula in MathML
 */

/**
 * A place in the microscope where something is to be seen.
 * @typedef {object} WireDiscovery
 * @property {string} title
 * @property {string} about
 * @property {string} query its address
 */

/**
 * Where files of a model are posted, for which session, how many megabytes at most, and their names in order.
 * @typedef {object} WireUploads
 * @property {string} to
 * @property {string} session
 * @property {number} most
 * @property {string[]} files
 */

/**
 * What the microscope receives; all else it asks for.
 * @typedef {object} WireMicroscope
 * @property {string} ask where questions are posted
 * @property {string} stage where the script of the stage is
 * @property {WireModel[]} models
 * @property {WireMeasure[]} measures
 * @property {WireDiscovery[]} discoveries
 * @property {string} text the first sentence
 * @property {string} other a second one to compare with
 * @property {string} recorded the model whose run was recorded
 * @property {string} note said where only the recorded run is there
 * @property {WireUploads | null} uploads null where no model may be uploaded
 */

// --- questions to the microscope, and its answers

/** @typedef {number[]} WireSwitch layer; layer, head; layer, head, query, key: counted from 1 */

/** @typedef {[string, number[], number]} WireSetting a number set by hand: step or weight, cell (from 0), number */

/**
 * What every question names: model and text, what is switched off, what is set by hand. session: of an upload.
 * @typedef {object} WireAbout
 * @property {string} model
 * @property {string} text
 * @property {WireSwitch[]} without
 * @property {WireSetting[]} edits
 * @property {string} [session]
 */

/**
 * A token as the model reads it.
 * @typedef {object} WireToken
 * @property {number} id
 * @property {string} piece
 */

/**
 * A token that may come next.
 * @typedef {object} WireGuess
 * @property {number} id
 * @property {string} piece
 * @property {number} probability
 */

/**
 * What comes out of two runs: of a language model next tokens, of an encoder how alike its vectors are.
 * @typedef {object} WireOutcome
 * @property {WireGuess[]} [before]
 * @property {WireGuess[]} [after]
 * @property {number} [cosine]
 */

/**
 * One run less another: maps as ui/microscope/maps.py writes changes, the largest of each head, what comes out.
 * @typedef {object} WireChanged
 * @property {number} top
 * @property {string} maps
 * @property {number[]} largest
 * @property {WireOutcome | null} outcome
 */

/**
 * A number set by hand, with its cell in words and the number that the model has there.
 * @typedef {object} WireSet
 * @property {string} step
 * @property {number[]} at
 * @property {string} named
 * @property {number | null} before
 * @property {number} value
 */

/**
 * A text that was read: maps layer by layer, see ui/microscope/maps.py. steps, weights: none of a recorded run.
 * @typedef {object} WireRun
 * @property {string} title
 * @property {string} kind
 * @property {WireToken[]} tokens
 * @property {number} layers
 * @property {number} heads
 * @property {string} maps
 * @property {Record<string, number[] | null>} measures
 * @property {WireChanged} [changed]
 * @property {string[]} [steps]
 * @property {string[]} [weights]
 * @property {WireSet[]} [settings]
 */

/**
 * Another run beside the first. changed: the first less the other; None where they have not the same places.
 * said: in what the runs differ before any number does, or "".
 * @typedef {object} WireCompared
 * @property {WireRun} other
 * @property {WireChanged | null} changed
 * @property {string} said
 */

/**
 * An opened head: exact weights as float32, and its computation. query: the one row on the stage; None for all.
 * @typedef {object} WireOpened
 * @property {number} layer
 * @property {number} head
 * @property {string} weights
 * @property {number | null} query
 * @property {WirePayload} stage
 */

/**
 * A cell that another one is made of.
 * @typedef {object} WirePart
 * @property {string} name
 * @property {number[]} at
 * @property {string} symbol
 * @property {string} named
 * @property {string} value
 */

/**
 * What is left out of a long sum.
 * @typedef {object} WireRest
 * @property {number} count
 * @property {string} total
 */

/**
 * A cell: in symbols and in numbers, both "" where it is given or set by hand. before: without the changes.
 * @typedef {object} WireArithmetic
 * @property {string} name
 * @property {number[]} at
 * @property {string} named
 * @property {number | null} value
 * @property {string} symbols
 * @property {string} numbers
 * @property {WireRest[]} rests
 * @property {WirePart[]} made
 * @property {boolean} fixed
 * @property {number | null} [before]
 */

/**
 * Cells of a step, from `at` on. before: the same cells without the changes.
 * @typedef {object} WireWindow
 * @property {string} name
 * @property {string} symbol
 * @property {[string, number][]} axes
 * @property {number[]} at
 * @property {string[]} rows
 * @property {string[]} columns
 * @property {(number | null)[][]} cells
 * @property {number} top
 * @property {(number | null)[][]} [before]
 */

/**
 * Gradient times input of one cell, for tokens and for heads; None where no gradient arrives.
 * @typedef {object} WireGradient
 * @property {string} name
 * @property {number[]} at
 * @property {number | null} value
 * @property {number[] | null} tokens
 * @property {(number[] | null)[]} heads
 */

/**
 * The likeliest next tokens, and how many are in the choice.
 * @typedef {object} WireNext
 * @property {WireGuess[]} next
 * @property {number} kept
 */

/**
 * What one layer would say.
 * @typedef {object} WireLevel
 * @property {string} layer
 * @property {WireGuess[]} guesses
 */

/**
 * What every layer would say after a token.
 * @typedef {object} WireLens
 * @property {number} token
 * @property {WireLevel[]} levels
 */

/**
 * A token that was written, what else was likely, and the keys in the cache.
 * @typedef {object} WireOne
 * @property {number} id
 * @property {string} piece
 * @property {number} probability
 * @property {number} cached
 * @property {WireGuess[]} others
 */

/**
 * Tokens written on.
 * @typedef {object} WireWritten
 * @property {WireOne[]} written
 */

/**
 * The cosine of two sentences' vectors, its arithmetic, and how many terms are left out of it.
 * @typedef {object} WireSimilar
 * @property {number} similarity
 * @property {string} numbers
 * @property {number} rest
 */

export {};
