/**
 * What commands and the views that change something are handed.
 * @typedef {object} Context
 * @property {import("./kit/view.js").View} view  what is on the screen, and of whom
 * @property {import("./list/list_view.js").ListView} list
 * @property {import("./task/pane.js").Pane} pane
 * @property {import("./frame/router.js").Router} router
 * @property {import("./commands/edit_service.js").EditService} edit
 * @property {import("./task/editors.js").Editors} editors  fields that are saved as they are typed in
 * @property {import("../session/session.js").Session} session
 * @property {import("./kit/lazy.js").Lazy<LazyParts>} lazy
 * @property {Openers} open
 * @property {(command: string, anchor?: Element | null) => unknown} run  runs a command of the table
 *
 * @typedef {object} Openers  what opens something that is loaded later
 * @property {() => void} quickAdd  puts the focus there
 * @property {(wanted?: WantedAccount) => unknown} account
 * @property {() => unknown} palette
 * @property {() => unknown} keys
 * @property {() => unknown} syncSheet
 * @property {(space: string | null) => unknown} members
 * @property {(space: string | null) => unknown} activity
 * @property {() => unknown} saveCopy  a file with everything
 *
 * @typedef {object} WantedAccount  what the dialog of the account is opened for
 * @property {"sign-in" | "sign-up"} [mode]
 * @property {string} [invite]  the token of an invitation
 * @property {string} [email]
 * @property {string} [resetToken]  of a link for a new password
 * @property {(space?: string) => unknown} [onDone]  told when signed in, with the space that signing up by an
 *   invite has joined
 *
 * @typedef {Pick<typeof import("./kit/due_picker.js"), "pickDue">
 *   & Pick<typeof import("../domain/quick_add/parser.js"), "parse" | "withChrono">
 *   & Pick<typeof import("../domain/quick_add/pasted_lines.js"), "lines">
 *   & Pick<typeof import("../domain/history.js"), "fieldText" | "valueText">
 *   & Pick<typeof import("../domain/conflicts.js"), "held">} LazyParts
 */
export {};
