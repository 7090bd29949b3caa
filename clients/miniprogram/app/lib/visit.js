/**
 * The visit that is open: what was said, what is asked, what is on its way. In memory; of it only id and
 * token are kept on the phone, and only until the visit is over, so that it can go on after a restart.
 */
const api = require('./api');
const config = require('../config');
const platform = require('./platform');

const KEY = 'visit';

/**
 * @typedef {{ id: number, who: 'us' | 'you', text: string }} Line
 * @typedef {{ said: api.Said, name: string, shown: string }} Pending an answer that was sent and not confirmed
 * @typedef {object} Visit
 * @property {api.Key} key
 * @property {string} code for the doctor; empty when the service gives none
 * @property {Line[]} lines
 * @property {api.Reply | null} reply what is open now
 * @property {api.Assessment | null} assessment
 * @property {{ urgency: string, text: string } | null} alert the last warning
 * @property {boolean} alertRead the patient has confirmed it
 * @property {{ version: string, scopes: string[] } | null} consent null when it is not known after a restart
 * @property {Pending | null} pending
 * @property {boolean} sending
 * @property {string} trouble why the last answer did not get through, or empty
 */

/** @type {Visit | null} */
let visit = null;
/** @type {Set<() => void>} */
const listeners = new Set();
let lines = 0;

/** @returns {Visit | null} */
const get = () => visit;

/** Calls back after every change. @param {() => void} listener @returns {() => void} stops it */
function listen(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function changed() {
  for (const listener of [...listeners]) listener();
}

/** @param {'us' | 'you'} who @param {string} text @returns {Line} */
const line = (who, text) => ({ id: (lines += 1), who, text });

/** @param {api.Key} key @param {string | undefined} code @returns {Visit} */
const empty = (key, code) => ({
  key, code: code || '', lines: [], reply: null, assessment: null, alert: null, alertRead: false, consent: null,
  pending: null, sending: false, trouble: '',
});

/** Whether a visit can go on after a restart. */
const isKept = () => Boolean(visit || platform.read(KEY));

/**
 * Opens a visit. Problems of the service are the caller's to show.
 * @param {{ forSelf: boolean, age: number | null, sex: string | null, consent: { version: string, scopes: string[] } }} opening
 */
async function open({ forSelf, age, sex, consent }) {
  const code = config.login ? await platform.login() : '';
  const reference = code ? await api.login(code) : '';
  const opened = await api.openSession({
    channel: 'miniprogram',
    for_self: forSelf,
    patient: { age, sex, ref: reference || null },
    consent,
  });
  visit = empty({ id: opened.session_id, token: opened.token }, opened.code);
  visit.consent = consent;
  platform.write(KEY, visit.key);
  take(opened.reply);
  changed();
}

/** Goes on with the visit that was open when the program was closed. @returns {Promise<boolean>} whether there is one */
async function resume() {
  const key = visit ? visit.key : platform.read(KEY);
  if (!key || !key.token) return false;
  let past;
  try {
    past = await api.findSession(key);
  } catch (error) {
    if (error instanceof api.Problem && !error.passes) forget();
    throw error;
  }
  const { consent = null, alertRead = false, alert = null } = visit || {};
  visit = empty(key, past.code);
  visit.consent = past.consent || consent;
  visit.assessment = past.assessment || null;
  let reply = past.greeting;
  for (const turn of past.turns) {
    show(reply);
    visit.lines.push(line('you', turn.text || labels(reply.question, turn.choices || [])));
    reply = turn.reply;
  }
  take(past.reply);
  const now = /** @type {Visit['alert']} */ (visit.alert);
  visit.alertRead = alertRead && Boolean(now && alert && now.text === alert.text);
  changed();
  return true;
}

/** @param {api.Question | null | undefined} question @param {string[]} ids */
function labels(question, ids) {
  const options = question ? question.options : [];
  return ids.map((id) => (options.find((option) => option.id === id) || { label: id }).label).join('、');
}

/** Shows a reply among the lines. @param {api.Reply} reply */
function show(reply) {
  if (!visit) return;
  visit.lines.push(line('us', reply.text));
  const { alert } = reply;
  if (alert && (!visit.alert || visit.alert.text !== alert.text)) {
    visit.alert = alert;
    visit.alertRead = false;
  }
}

/** Makes a reply the open one. @param {api.Reply} reply */
function take(reply) {
  if (!visit) return;
  show(reply);
  visit.reply = reply;
  if (reply.done) platform.remove(KEY);
}

/**
 * Says or taps an answer. One at a time: while one is on its way a second is not taken.
 * @param {api.Said} said
 * @param {string} shown the answer in words
 */
async function say(said, shown) {
  if (!visit || visit.sending || visit.pending) return;
  visit.sending = true; // before anything is waited for: a double tap finds it set
  const name = await platform.random(16);
  if (!visit) return;
  visit.pending = { said, name, shown };
  await send();
}

/** Sends the waiting answer again, with its own name, so that it counts once. */
async function sendAgain() {
  if (!visit || visit.sending || !visit.pending) return;
  visit.sending = true;
  await send();
}

async function send() {
  const mine = visit;
  if (!mine || !mine.pending) return;
  const { said, name, shown } = mine.pending;
  mine.trouble = '';
  changed();
  let problem = null;
  let answer = null;
  try {
    answer = await api.takeTurn(mine.key, said, name);
  } catch (error) {
    problem = error;
  }
  if (visit !== mine) return; // forgotten in the meantime
  mine.sending = false;
  if (answer) {
    mine.pending = null;
    taken(shown, answer);
    return;
  }
  await failed(mine, problem);
}

/** A turn was taken, over HTTP or by voice. @param {string} shown @param {api.TurnAnswer} answer */
function taken(shown, answer) {
  if (!visit) return;
  if (shown) visit.lines.push(line('you', shown));
  visit.assessment = answer.assessment;
  take(answer.reply);
  changed();
}

/** @param {Visit} mine @param {unknown} error */
async function failed(mine, error) {
  const problem = error instanceof api.Problem ? error : new api.Problem('出错了,请再试一次。', '', 0);
  mine.trouble = problem.passes
    ? '网络不好,这句话还没有送到。网络好了会自动再送,您也可以点“再送一次”。'
    : problem.message;
  if (problem.passes) {
    if (problem.status) mine.trouble = problem.message; // the service said why
  } else {
    mine.pending = null;
    if (problem.status === 401 || problem.status === 404 || problem.status === 410) {
      forget(problem.message);
      return;
    }
    // What is open here is not what is open there: look again.
    if (problem.code === 'visit-closed' || problem.code === 'unknown-option') {
      const trouble = mine.trouble;
      await resume().catch(() => {});
      if (visit) visit.trouble = trouble;
    }
  }
  changed();
}

/** What was lost, for the first page. */
let farewell = '';

/** Forgets the visit on this phone. @param {string} [why] shown on the first page */
function forget(why = '') {
  visit = null;
  farewell = why;
  platform.remove(KEY);
  changed();
}

/** Why the visit was forgotten; told once. */
function whyForgotten() {
  const why = farewell;
  farewell = '';
  return why;
}

/** The patient has read the warning. */
function readAlert() {
  if (visit) visit.alertRead = true;
  changed();
}

/** Calls a person; the reply is the service's. @returns {Promise<string>} its words */
async function handOver() {
  if (!visit) return '';
  const mine = visit;
  const { reply } = await api.handOver(mine.key);
  if (visit === mine) {
    take(reply);
    changed();
  }
  return reply.text;
}

/** @param {string} version @param {string[]} scopes */
async function changeConsent(version, scopes) {
  if (!visit) return;
  await api.changeConsent(visit.key, version, scopes);
  visit.consent = { version, scopes };
  changed();
}

/** Erases the visit at the service, then here. */
async function erase() {
  if (!visit) return;
  await api.eraseVisit(visit.key);
  forget('已经删除。');
}

module.exports = {
  get, listen, isKept, open, resume, say, sendAgain, taken, readAlert, handOver, changeConsent, erase, forget, whyForgotten,
};
