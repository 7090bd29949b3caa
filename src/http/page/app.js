// The patient's page: shows what the API says and decides nothing.
"use strict";
const CONSENT_VERSION = "1";
const URGENCY = { immediate: "请立即去急诊", within_24h: "请在24小时内就诊", within_1w: "请在1周内就诊", routine: "可以正常挂号就诊", self_care: "可以先在家自我管理" };
const at = (id) => document.getElementById(id);
let session = null; // {id, token}
let question = null;
let pending = null; // an answer that was sent and not confirmed: {body, key, shown}

const picked = (name) => document.querySelector(`input[name=${name}]:checked`)?.value;

async function call(path, options = {}) {
  const headers = { "Content-Type": "application/json", Accept: "application/json", ...options.headers };
  if (session) headers.Authorization = `Bearer ${session.token}`;
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch {
    throw new Error("网络不通,请检查网络后再试一次。");
  }
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    const error = new Error(problem.detail || "出错了,请再试一次。");
    error.code = problem.code;
    error.refused = response.status < 500;
    throw error;
  }
  return response;
}

function bubble(who, text) {
  const div = document.createElement("div");
  div.className = who;
  div.textContent = text;
  at("log").append(div);
  div.scrollIntoView({ block: "nearest" });
}

function showAlert(alert) {
  at("alert").hidden = !alert;
  if (alert) at("alert").textContent = alert.text;
}

function show(reply) {
  bubble("us", reply.text);
  if (reply.alert) showAlert(reply.alert);
  question = reply.question;
  const options = at("options");
  options.replaceChildren();
  const chosen = new Set();
  for (const option of question?.options ?? []) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = option.label;
    button.onclick = () => {
      if (!question.multiple) return send({ choices: [option.id] }, option.label);
      const on = !chosen.delete(option.id);
      if (on) chosen.add(option.id);
      button.classList.toggle("on", on);
      button.setAttribute("aria-pressed", String(on));
    };
    if (question.multiple) button.setAttribute("aria-pressed", "false");
    options.append(button);
  }
  if (question?.multiple && question.options.length) {
    const done = document.createElement("button");
    done.type = "button";
    done.className = "main";
    done.textContent = "选好了";
    done.onclick = () => {
      if (!chosen.size) return void (at("error").textContent = "请至少选一项。");
      const labels = question.options.filter((o) => chosen.has(o.id)).map((o) => o.label);
      send({ choices: [...chosen] }, labels.join("、"));
    };
    options.append(done);
  }
  at("say").hidden = Boolean(question) && !question.free_text;
  at("answer").hidden = reply.done;
}

function showResult(assessment) {
  at("result").hidden = false;
  if (!assessment) return;
  at("urgency").textContent = URGENCY[assessment.urgency] ?? "";
  at("urgency").className = `urgency ${assessment.urgency}`;
  at("department").textContent = assessment.departments.map((d) => d.name).join(",或 ") || "导诊台";
  at("result").scrollIntoView();
}

const busy = (on) => document.querySelectorAll("#answer button, #start").forEach((b) => (b.disabled = on));

async function send(body, shown) {
  at("error").textContent = "";
  // The same answer sent again keeps its key, so that it counts once.
  const same = pending && JSON.stringify(pending.body) === JSON.stringify(body);
  if (!same) pending = { body, key: newKey() };
  busy(true);
  try {
    const response = await call(`/v1/sessions/${session.id}/turns`, {
      method: "POST", headers: { "Idempotency-Key": pending.key }, body: JSON.stringify(body),
    });
    const answer = await response.json();
    pending = null;
    at("text").value = "";
    bubble("you", shown);
    show(answer.reply);
    if (answer.reply.done) showResult(answer.assessment);
  } catch (error) {
    if (error.refused) pending = null;
    at("error").textContent = error.message;
    if (["visit-closed", "unknown-option"].includes(error.code)) await resume();
  } finally {
    busy(false);
  }
}

// crypto.randomUUID needs HTTPS, which a kiosk on the hospital's own network may not have.
function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
}

async function start() {
  at("consent-error").textContent = "";
  const who = picked("who");
  if (!who) return void (at("consent-error").textContent = "请先选择给谁问。");
  const age = at("age").value === "" ? null : Number(at("age").value);
  busy(true);
  try {
    const response = await call("/v1/sessions", {
      method: "POST",
      body: JSON.stringify({
        channel: "web", for_self: who === "self", patient: { age, sex: picked("sex") ?? null },
        consent: { version: CONSENT_VERSION, scopes: [...document.querySelectorAll("input[name=scope]:checked")].map((b) => b.value) },
      }),
    });
    const opened = await response.json();
    session = { id: opened.session_id, token: opened.token };
    sessionStorage.setItem("jiwen", JSON.stringify(session));
    at("consent").hidden = true;
    at("talk").hidden = false;
    show(opened.reply);
  } catch (error) {
    at("consent-error").textContent = error.message;
  } finally {
    busy(false);
  }
}

// After a reload the conversation goes on where it was; the tab forgets it when it is closed.
async function resume() {
  const past = await (await call(`/v1/sessions/${session.id}`)).json();
  at("consent").hidden = true;
  at("talk").hidden = false;
  at("log").replaceChildren();
  let reply = past.greeting;
  for (const turn of past.turns) {
    bubble("us", reply.text);
    const label = (id) => reply.question?.options.find((o) => o.id === id)?.label ?? id;
    bubble("you", turn.text ?? turn.choices.map(label).join("、"));
    reply = turn.reply;
    if (reply.alert) showAlert(reply.alert);
  }
  show(past.reply);
  if (past.done) showResult(past.assessment);
}

async function openRecord() {
  const tab = window.open("", "_blank"); // opened at once, or the browser takes it for an advertisement
  try {
    const response = await call(`/v1/sessions/${session.id}/record`, { headers: { Accept: "text/html" } });
    const url = URL.createObjectURL(await response.blob());
    if (tab) tab.location = url;
    else location.assign(url);
  } catch (error) {
    tab?.close();
    window.alert(error.message);
  }
}

function again() {
  sessionStorage.removeItem("jiwen");
  location.reload();
}

at("start").onclick = start;
at("print").onclick = openRecord;
at("again").onclick = again;
at("say").onsubmit = (event) => {
  event.preventDefault();
  const text = at("text").value;
  if (text.trim()) send({ text }, text);
};
call("/v1/site").then((r) => r.json()).then((site) => {
  at("hospital").textContent = site.hospital;
  at("emergency").textContent = `紧急情况:${site.emergency}`;
  if (site.phone) at("phone").textContent = `咨询电话:${site.phone}`;
}).catch(() => {});
const kept = sessionStorage.getItem("jiwen");
if (kept) {
  session = JSON.parse(kept);
  resume().catch(() => { session = null; sessionStorage.removeItem("jiwen"); });
}
