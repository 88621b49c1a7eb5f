/** Requests to the sync server, and its refusals. */

const TIMEOUT_MS = 30_000;
const GZIP_CHARACTERS_MIN = 2_000;
const JSON_TYPE = { "Content-Type": "application/json" };

export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} message
   * @param {number} retryAfterMs
   */
  constructor(status, code, message, retryAfterMs) {
    super(message);
    this.code = code;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * The error for a response that is none of the expected ones.
 * @param {Response} response
 */
export async function refusal(response) {
  const body = await response.json().catch(() => ({}));
  return new Refusal(
    response.status,
    body.code ?? "",
    body.message ?? response.statusText,
    (Number(response.headers.get("Retry-After")) || 0) * 1000,
  );
}

/**
 * @param {object} asked
 * @param {Record<string, string>} headers
 * @param {boolean} isPacking
 * @returns {Promise<RequestInit>}
 */
export async function request(asked, headers, isPacking) {
  const body = JSON.stringify(asked);
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  if (!isPacking || body.length < GZIP_CHARACTERS_MIN)
    return { method: "POST", headers: { ...JSON_TYPE, ...headers }, body, signal };
  const packed = new Response(new Blob([body]).stream().pipeThrough(new CompressionStream("gzip")));
  return {
    method: "POST",
    headers: { ...JSON_TYPE, ...headers, "Content-Encoding": "gzip" },
    body: await packed.arrayBuffer(),
    signal,
  };
}
