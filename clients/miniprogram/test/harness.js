/** What tests share: the program as it starts on a phone, its pages, and waiting for what they show. */
const path = require('path');
const utils = require('miniprogram-simulate/src/utils');
const { createWx } = require('./fake-wx');

const ROOT = path.join(__dirname, '../app');

// The simulator runs a component's file once for each page that uses it, but jest keeps modules: so
// what a file defines is kept and defined again.
const definitions = new Map();
utils.runJs = (file) => {
  const define = global.Component;
  if (definitions.has(file)) {
    for (const definition of definitions.get(file)) define(copy(definition));
    return;
  }
  const found = [];
  global.Component = (definition) => {
    found.push(copy(definition));
    define(definition);
  };
  try {
    require(file);
  } finally {
    global.Component = define;
  }
  definitions.set(file, found);
};

/** The simulator writes ids into relations and options; the next page needs the paths. */
function copy(definition) {
  const relations = definition.relations && Object.fromEntries(
    Object.entries(definition.relations).map(([key, value]) => [key, { ...value }]),
  );
  return { ...definition, options: { ...definition.options }, ...(relations ? { relations } : {}) };
}

const simulate = require('miniprogram-simulate');
const { fake, wx } = createWx();
Object.assign(global.wx, wx);
global.getApp = () => ({});
global.getCurrentPages = () => [];

const config = require('../app/config');
const api = require('../app/lib/api');
const settings = require('../app/lib/settings');
const site = require('../app/lib/site');
const visit = require('../app/lib/visit');

config.server = process.env.JIWEN_URL;

const fresh = createWx().fake;
let shown = [];

/** The program as it starts on a phone that never had it; `kept` keeps what was stored. */
function start({ kept = false } = {}) {
  for (const page of shown.splice(0)) page.close();
  const storage = kept ? new Map(fake.storage) : new Map();
  visit.forget();
  visit.whyForgotten();
  settings.reset();
  site.reset();
  for (const name of ['network', 'fontSizeSetting', 'loginCode', 'microphone', 'authorised', 'subscribed']) fake[name] = fresh[name];
  fake.storage = storage;
  for (const list of ['calls', 'stand_ins', 'requests', 'drawn', 'sounds']) fake[list].length = 0;
  fake.files.clear();
  fake.privacy.agreed = false;
  fake.recorder.options = null;
}

const ids = new Map();

/** Opens a page as WeChat does. */
function open(name) {
  const file = path.join(ROOT, 'pages', name, name);
  if (!ids.has(name)) ids.set(name, simulate.load(file, `page-${name}`, { rootPath: ROOT, compiler: 'official' }));
  const component = simulate.render(ids.get(name));
  const parent = document.createElement('div');
  document.body.appendChild(parent);
  component.attach(parent);
  const { instance } = component;
  const run = (hook) => instance[hook] && instance[hook]({});
  run('onLoad');
  run('onShow');
  const page = {
    instance,
    get data() {
      return instance.data;
    },
    get text() {
      return parent.textContent;
    },
    ...hands(component),
    /** The same for a component of ours on the page. */
    inside: (selector) => hands(element(component, selector)),
    show: () => run('onShow'),
    hide: () => run('onHide'),
    close() {
      run('onUnload');
      component.detach();
      parent.remove();
      shown = shown.filter((other) => other !== page);
    },
  };
  shown.push(page);
  return page;
}

/** What a hand can do with a component. */
const hands = (component) => ({
  find: (selector) => component.querySelector(selector),
  all: (selector) => component.querySelectorAll(selector),
  /** Taps as a finger does. */
  tap: (selector) => fire(component, selector, 'tap'),
  /** Puts a finger down, or lifts it. */
  touch: (selector, event) => element(component, selector).dispatchEvent(event),
  /** Sends an event of a component, with its detail. */
  send: (selector, event, detail) => send(component, selector, event, detail),
});

function element(component, selector) {
  const found = component.querySelector(selector);
  if (!found) throw new Error(`there is no ${selector} on the page: ${component.dom.textContent}`);
  return found;
}

function fire(component, selector, event) {
  const found = element(component, selector);
  // A disabled or loading button of TDesign must not answer: its own inner button is what is tapped.
  const inner = found.instance && found.querySelector('.t-button');
  (inner || found).dispatchEvent(event);
}

function send(component, selector, event, detail) {
  const found = element(component, selector);
  const node = found.instance;
  if (node && node.triggerEvent) node.triggerEvent(event, detail);
  else found.dispatchEvent(event, { detail });
}

/** Waits until something holds. */
async function until(holds, what = String(holds), ms = 20000) {
  const end = Date.now() + ms;
  for (;;) {
    let value;
    try {
      value = await holds();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 10); });
  }
}

/** Opens a visit without the pages before it. */
async function openVisit({ forSelf = true, age = 45, sex = 'female', scopes = ['triage', 'record'] } = {}) {
  await visit.open({ forSelf, age, sex, consent: { version: '1', scopes } });
  return visit.get();
}

/** Whether the running service has a call; what it lacks is stood in for. */
const offers = (method, apiPath) => JSON.parse(process.env.JIWEN_CALLS).includes(`${method} ${apiPath}`);

/** Stands in for a call of the contract while the running service does not have it. */
function standIn(apiPath, method, pattern, status, body) {
  if (!offers(method, apiPath)) fake.stand_ins.push([method, pattern, status, body]);
}

/** Short pauses between tries, so that tests do not wait. */
api.PAUSES.splice(0, api.PAUSES.length, 30, 30, 30);

module.exports = { api, config, fake, offers, open, openVisit, settings, site, standIn, start, until, visit, ROOT };
