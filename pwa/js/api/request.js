/**
 * One request to the server: resolves to its JSON response, or throws a Problem with a sentence for people.
 */

export class Problem extends Error {
  /**
   * @param {number} status 0 if there was no response
   * @param {string} message
   * @param {{code?: string, fields?: any, retryAfterS?: number}} [more] `retryAfterS`: when to try again
   */
  constructor(status, message, { code = "", fields = null, retryAfterS = 0 } = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.fields = fields;
    this.retryAfterS = retryAfterS;
  }
}

/** @type {string | null} */
let account = null;

/**
 * From now on every request is for this account. The server refuses it if the cookie, which tabs share, is
 * another account's.
 * @param {string | null} id
 */
export function actFor(id) {
  account = id;
}

/**
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @param {string | null} [meant] the account it is for
 * @returns {Promise<any>}
 */
export async function ask(method, path, body, meant = account) {
  const headers = {
    ...(meant && { "Driftless-Account": meant }),
    ...(body && { "Content-Type": "application/json" }),
  };
  const response = await fetch(path, { method, headers, body: body && JSON.stringify(body) }).catch(() => {
    throw new Problem(0, "no answer");
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok)
    throw new Problem(response.status, answer.message ?? "", {
      ...answer,
      retryAfterS: Number(response.headers.get("Retry-After")) || 0,
    });
  return answer;
}

/**
 * A path with its query parameters; empty ones are left out.
 * @param {string} path
 * @param {Record<string, string | number | null | undefined>} query
 */
export function withQuery(path, query) {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value) given.set(name, String(value));
  return String(given) ? `${path}?${given}` : path;
}
