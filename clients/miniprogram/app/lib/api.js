/**
 * Calls of the service, as its OpenAPI document has them. Knows addresses, problems and retries;
 * what is shown is the pages' business.
 */
const config = require('../config');
const platform = require('./platform');

/**
 * @typedef {import('#api').components['schemas']} Schemas
 * @typedef {Schemas['Reply']} Reply
 * @typedef {Schemas['Question']} Question
 * @typedef {Schemas['Assessment']} Assessment
 * @typedef {Schemas['Session'] & { code?: string, consent?: { version: string, scopes: string[] } }} Session
 * @typedef {Schemas['OpenedSession'] & { code?: string }} OpenedSession
 * @typedef {Schemas['TurnAnswer']} TurnAnswer
 * @typedef {Schemas['SiteInfo']} SiteInfo
 * @typedef {{ text: string } | { choices: string[] }} Said
 * @typedef {{ id: string, token: string }} Key opens one visit
 */

/** What the service refused or could not do, in the words that it answered. */
class Problem extends Error {
  /**
   * @param {string} detail
   * @param {string} code
   * @param {number} status 0 when no answer came
   * @param {number} [wait] seconds after which it may be tried again
   */
  constructor(detail, code, status, wait = 0) {
    super(detail);
    this.name = 'Problem';
    this.code = code;
    this.status = status;
    this.wait = wait;
  }

  /** Whether the same call may go through later. */
  get passes() {
    return this.status === 0 || this.status === 429 || this.status >= 500 || this.code === 'turn-conflict';
  }
}

/** Milliseconds before the second, third and fourth try. */
const PAUSES = [1000, 2000, 4000];

/** @param {number} ms @returns {Promise<void>} */
const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/**
 * One call, as text.
 * @param {'GET' | 'POST' | 'DELETE'} method
 * @param {string} path
 * @param {{ key?: Key | null, body?: unknown, headers?: Record<string, string> }} [more]
 */
async function once(method, path, { key, body, headers = {} } = {}) {
  let answer;
  try {
    answer = await platform.request({
      method,
      url: config.server + path,
      headers: key ? { authorization: `Bearer ${key.token}`, ...headers } : headers,
      body,
    });
  } catch (_) {
    throw new Problem('网络不通,请检查网络后再试一次。', 'no-network', 0);
  }
  if (answer.status >= 200 && answer.status < 300) return answer.text;
  const problem = parse(answer.text) || {};
  throw new Problem(
    problem.detail || '出错了,请再试一次。',
    problem.code || '',
    answer.status,
    Number(answer.headers['retry-after']) || 0,
  );
}

/** @param {string} text @returns {any} */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch (_) {
    return null;
  }
}

/**
 * A call that may be repeated: tried again while that can help.
 * @param {Parameters<typeof once>} call
 * @returns {Promise<string>}
 */
async function patient(...call) {
  for (const pause of PAUSES) {
    try {
      return await once(...call);
    } catch (error) {
      if (!(error instanceof Problem) || !error.passes) throw error;
      await sleep(Math.max(pause, error.wait * 1000));
    }
  }
  return once(...call);
}

/** @param {Key} key */
const at = (key) => `/v1/sessions/${encodeURIComponent(key.id)}`;

/** The hospital. @returns {Promise<SiteInfo>} */
async function getSite() {
  return parse(await patient('GET', '/v1/site'));
}

/** Opens a visit. Not repeated by itself: a second one would be a second visit. @param {Schemas['NewSession']} opening @returns {Promise<OpenedSession>} */
async function openSession(opening) {
  return parse(await once('POST', '/v1/sessions', { body: opening }));
}

/** A token for `patient.ref`; empty when WeChat or the hospital has none. @param {string} code @returns {Promise<string>} */
async function login(code) {
  try {
    return parse(await once('POST', '/v1/wechat/login', { body: { code } })).ref_token;
  } catch (_) {
    return ''; // a visit goes on without it
  }
}

/** Takes a turn; the same `name` makes repeating it safe. @param {Key} key @param {Said} said @param {string} name @returns {Promise<TurnAnswer>} */
async function takeTurn(key, said, name) {
  return parse(await patient('POST', `${at(key)}/turns`, { key, body: said, headers: { 'idempotency-key': name } }));
}

/** The conversation so far. @param {Key} key @returns {Promise<Session>} */
async function findSession(key) {
  return parse(await patient('GET', at(key), { key }));
}

/** Calls a person. @param {Key} key @returns {Promise<{ reply: Reply }>} */
async function handOver(key) {
  return parse(await patient('POST', `${at(key)}/handover`, { key, body: {} }));
}

/** Changes what was agreed to. @param {Key} key @param {string} version @param {string[]} scopes */
async function changeConsent(key, version, scopes) {
  await patient('POST', `${at(key)}/consent`, { key, body: { version, scopes } });
}

/** Everything held about the visit, as the service wrote it. @param {Key} key */
function exportVisit(key) {
  return patient('GET', `${at(key)}/export`, { key });
}

/** The record in words. @param {Key} key */
function readRecord(key) {
  return patient('GET', `${at(key)}/record`, { key, headers: { accept: 'text/plain' } });
}

/** Erases the visit; one that is gone already is erased. @param {Key} key */
async function eraseVisit(key) {
  try {
    await patient('DELETE', at(key), { key });
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 410) throw error;
  }
}

/** Address of the voice socket. @param {Key} key */
const voiceUrl = (key) => `${config.server.replace(/^http/, 'ws')}${at(key)}/voice`;

module.exports = {
  Problem, PAUSES, getSite, openSession, login, takeTurn, findSession, handOver, changeConsent, exportVisit, readRecord,
  eraseVisit, voiceUrl,
};
