// What a class sends and receives. ui/classroom/wire.py holds the same fields; docs/classroom.md has the order.

/**
 * An answer: a number (of a choice its place, from 0), true or false, a line.
 * @typedef {number | boolean | string} WireValue
 */

/**
 * The answer to a request that is refused: one sentence.
 * @typedef {object} WireProblem
 * @property {string} problem
 */

/**
 * To start a class. names: whether nicknames are asked for, which the results then have beside each answer.
 * @typedef {object} WireStart
 * @property {boolean} [names]
 */

/**
 * A class that was started. secret: the teacher's, never to be put into a link. until: seconds since 1970.
 * @typedef {object} WireStarted
 * @property {string} code
 * @property {string} secret
 * @property {number} until
 */

/**
 * What one may know before joining: names as in WireStart.
 * @typedef {object} WireDoor
 * @property {boolean} names
 * @property {number} until
 */

/**
 * To join, or to come back. token: what the browser kept, or made by itself; without one the server makes it.
 * @typedef {object} WireJoin
 * @property {string} [nickname]
 * @property {string} [token]
 */

/**
 * An answer that is stored.
 * @typedef {object} WireAnswered
 * @property {string} question
 * @property {number} round
 * @property {WireValue} value
 */

/**
 * One learner's own part: what the class sees of it is counts.
 * @typedef {object} WireYou
 * @property {string} nickname
 * @property {boolean} follows
 * @property {WireAnswered[]} answers
 * @property {boolean} reached
 */

/**
 * Whether a learner's page follows the teacher, or roams.
 * @typedef {object} WireFollows
 * @property {boolean} follows
 */

/**
 * A cell that the teacher points at: the name of its step, and its position.
 * @typedef {object} WireSpot
 * @property {string} step
 * @property {number[]} cell
 */

/**
 * Where the teacher is: the lesson's path, the query of its link, and what changes within it.
 * @typedef {object} WireShown
 * @property {string} lesson
 * @property {string} query
 * @property {string} stop
 * @property {number[] | null} cell
 * @property {Record<string, number>} at
 * @property {number | null} moment
 * @property {WireSpot | null} spot
 * @property {string[]} hide
 */

/**
 * Answers that are counted together, in each round. right: said once the answer is revealed.
 * @typedef {object} WireBar
 * @property {string} label
 * @property {number[]} counts
 * @property {boolean} [right]
 */

/**
 * All answers to a question. answered: how many in each round. correct: of them, said once it is revealed.
 * @typedef {object} WireTally
 * @property {WireBar[]} bars
 * @property {number[]} answered
 * @property {number[]} [correct]
 */

/**
 * The question before the class. kind: "number", "choice", "truth", "line". phase: "open", "closed", "revealed".
 * right, tolerance, working and tally are there once it is revealed.
 * @typedef {object} WireQuestion
 * @property {string} id
 * @property {string} kind
 * @property {string} text
 * @property {string[]} choices
 * @property {WireSpot} [about]
 * @property {number} round
 * @property {string} phase
 * @property {WireValue} [right]
 * @property {number} [tolerance]
 * @property {string} [working]
 * @property {WireTally} [tally]
 */

/**
 * A challenge given to the class: the number of a challenge of a lesson, from 0.
 * @typedef {object} WireChallenge
 * @property {string} id
 * @property {string} lesson
 * @property {number} number
 */

/**
 * The event "class": all that every learner sees. A higher revision is newer.
 * @typedef {object} WireClass
 * @property {string} code
 * @property {number} revision
 * @property {number} until
 * @property {boolean} names
 * @property {WireShown | null} shown
 * @property {WireQuestion | null} question
 * @property {WireChallenge | null} challenge
 */

/**
 * The answer to whoever joins.
 * @typedef {object} WireJoined
 * @property {string} token
 * @property {WireYou} you
 * @property {WireClass} now
 */

/**
 * A learner has reached the challenge. query: of the link to the solution, where its owner agrees to show it.
 * @typedef {object} WireReached
 * @property {string} challenge
 * @property {string} [query]
 */

/**
 * A question put to the class. id: made by the teacher's browser, so that asking twice asks once.
 * @typedef {object} WireAsk
 * @property {string} id
 * @property {string} kind
 * @property {string} text
 * @property {string[]} [choices]
 * @property {WireSpot} [about]
 * @property {WireValue} [right]
 * @property {number} [tolerance]
 * @property {string} [working]
 */

/**
 * A question goes on: closed, a second round, revealed, or put away.
 * @typedef {object} WireMove
 * @property {string} question
 */

/**
 * The event "room", for the teacher alone. solutions: queries of links, whose owners agreed to show them.
 * @typedef {object} WireRoom
 * @property {number} here
 * @property {number} follows
 * @property {number} roams
 * @property {string} question
 * @property {WireTally | null} tally
 * @property {number} reached
 * @property {string[]} solutions
 */

export {};
