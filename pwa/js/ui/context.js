/**
 * The context for commands and for views that change something.
 * @typedef {object} Context
 * @property {import("./kit/view.js").View} view  the screen's state, and the account
 * @property {import("./list/list_view.js").ListView} list
 * @property {import("./task/pane.js").Pane} pane
 * @property {import("./frame/router.js").Router} router
 * @property {import("./commands/edit_service.js").EditService} edit
 * @property {import("./task/editors.js").Editors} editors  text fields that save during typing
 * @property {import("../session/session.js").Session} session
 * @property {import("./kit/lazy.js").Lazy<LazyParts>} lazy
 * @property {Openers} open
 * @property {import("./kit/view.js").Run} run
 *
 * @typedef {object} Openers  open parts that are loaded later
 * @property {() => void} quickAdd  focuses it
 * @property {(wanted?: WantedAccount) => unknown} account
 * @property {() => unknown} palette
 * @property {() => unknown} keys
 * @property {() => unknown} syncSheet
 * @property {(space: string | null) => unknown} members
 * @property {(space: string | null) => unknown} activity
 * @property {() => unknown} saveCopy  saves all data as a file
 *
 * @typedef {object} WantedAccount  the purpose of opening the account dialog
 * @property {"sign-in" | "sign-up"} [mode]
 * @property {string} [invite]  the token of an invite
 * @property {string} [email]
 * @property {string} [resetToken]  from a link for a new password
 * @property {(space?: string) => unknown} [onDone]  called after signing in, with the space joined by
 *   signing up with an invite
 *
 * @typedef {Pick<typeof import("./kit/due_picker.js"), "pickDue">
 *   & Pick<typeof import("../domain/quick_add/parser.js"), "parse" | "withChrono">
 *   & Pick<typeof import("../domain/quick_add/pasted_lines.js"), "lines">
 *   & Pick<typeof import("../domain/history.js"), "fieldText" | "valueText">
 *   & Pick<typeof import("../domain/authors.js"), "authorTexts">
 *   & Pick<typeof import("../domain/conflicts.js"), "held">} LazyParts
 */
export {};
