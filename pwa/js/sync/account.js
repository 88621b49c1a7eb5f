/**
 * The account's calls to the server. Each resolves to the JSON answer or throws a Problem with a sentence for people.
 * @typedef {{id: string, email: string, name: string}} Account
 */
export class Problem extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** @param {{email: string, password: string}} given @returns {Promise<Account>} */
export const signIn = (given) => ask("POST", "/auth/sign-in", given);
/** @param {{email: string, password: string, name: string}} given @returns {Promise<Account>} */
export const signUp = (given) => ask("POST", "/auth/sign-up", given);
/** @param {{token: string, password: string}} given */
export const resetPassword = (given) => ask("POST", "/auth/reset", given);
export const signOut = () => ask("POST", "/auth/sign-out", {});

/** @param {string} method @param {string} path @param {object} body */
async function ask(method, path, body) {
  const response = await fetch(path, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }).catch(() => {
    throw new Problem(0, "The server cannot be reached. Your tasks are safe on this device.");
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(response.status, answer.message ?? "The server did not understand.");
  return answer;
}
