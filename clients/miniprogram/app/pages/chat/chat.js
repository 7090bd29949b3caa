/**
 * The conversation. Everything asked and offered comes from the service; an answer is a tap, words,
 * a number, places on a picture, or the voice.
 */
const platform = require('../../lib/platform');
const settings = require('../../lib/settings');
const visit = require('../../lib/visit');
const { createVoice } = require('../../lib/voice');

/** Slots for which the picture of the body is offered. */
const WITH_PICTURE = ['chief_complaint', 'site', 'radiation', 'numbness', 'weakness'];

/** @typedef {{ id: string, label: string }} Option */

/** @param {Option[]} options @returns {Option[]} those that are numbers */
const numbers = (options) => options.filter(({ label }) => /^\d+$/.test(label.trim()));

/** What stops what runs beside the page. */
let stops = /** @type {(() => void)[]} */ ([]);
/** @type {ReturnType<typeof createVoice> | null} */
let voice = null;
let mayRecord = false;
let alertWasOpen = false;

Component({
  behaviors: [require('../../lib/with-letters')],
  options: { styleIsolation: 'apply-shared' },
  data: {
    elder: false,
    size: settings.USUAL,
    lines: /** @type {import('../../lib/visit').Line[]} */ ([]),
    alert: /** @type {{ urgency: string, text: string } | null} */ (null),
    pending: '',
    sending: false,
    trouble: '',
    done: false,
    questionId: '',
    options: /** @type {(Option & { on: boolean })[]} */ ([]),
    scale: /** @type {Option[]} */ ([]),
    multiple: false,
    ticked: false,
    freeText: true,
    places: false,
    picking: false,
    words: '',
    voice: /** @type {'on' | 'off'} */ ('on'),
    voiceNote: '',
    holding: false,
    speak: false,
    heard: '',
    confirm: /** @type {{ text: string, options: Option[] } | null} */ (null),
    fallback: '',
  },
  methods: {
    onLoad() {
      stops = [visit.listen(() => this.refresh()), platform.onNetworkBack(() => visit.sendAgain())];
      this.refresh();
      mayRecord = false;
      platform.isRecordingAllowed().then((allowed) => { mayRecord = allowed; });
    },
    onShow() {
      const open = visit.get();
      if (!open) return platform.restart('/pages/start/start');
      if (alertWasOpen && open.alertRead && voice && voice.isOpen) voice.acknowledge();
      alertWasOpen = false;
      this.refresh();
      if (open.pending) visit.sendAgain();
    },
    onHide() {
      // Under a warning the socket stays: the service repeats it until it is confirmed.
      if (!alertWasOpen) this.closeVoice();
      else this.letGo();
    },
    onUnload() {
      for (const stop of stops) stop();
      this.closeVoice();
    },

    /** Shows the visit as it is now. */
    refresh() {
      const open = visit.get();
      if (!open) {
        // Lost at the service: the first page says why.
        if (this.data.lines.length) platform.restart('/pages/start/start');
        return;
      }
      const question = open.reply && open.reply.question;
      const questionId = question ? `${open.lines.length}/${question.id}` : '';
      const isNew = questionId !== this.data.questionId;
      this.setData({
        lines: open.lines,
        alert: open.alert,
        pending: open.pending ? open.pending.shown : '',
        sending: open.sending,
        trouble: open.trouble,
        done: Boolean(open.reply && open.reply.done),
      });
      if (isNew) this.showQuestion(questionId, question || null);
      if (open.alert && !open.alertRead && !alertWasOpen) this.openAlert();
    },

    /** @param {string} questionId @param {import('../../lib/api').Question | null} question */
    showQuestion(questionId, question) {
      const options = question ? question.options : [];
      const scale = numbers(options).length >= 5 ? numbers(options) : [];
      this.setData({
        questionId,
        scale,
        options: options.filter((option) => !scale.includes(option)).map((option) => ({ ...option, on: false })),
        multiple: Boolean(question && question.multiple),
        ticked: false,
        freeText: !question || question.free_text,
        places: Boolean(question && WITH_PICTURE.includes(question.slot)),
        picking: false,
        words: '',
        heard: '',
        confirm: null,
        fallback: '',
      });
      const { lines } = this.data;
      if (lines.length > 1) platform.scrollTo(`#line-${lines[lines.length - 1].id}`);
    },

    /** A warning takes the whole screen, and comes back until it is confirmed. */
    openAlert() {
      alertWasOpen = true;
      platform.go('/pages/alert/alert');
    },

    /** @param {WechatMiniprogram.TouchEvent} event */
    choose(event) {
      const { id, label } = event.currentTarget.dataset;
      visit.say({ choices: [id] }, label);
    },
    /** @param {WechatMiniprogram.CustomEvent<{ id: string }>} event */
    chooseScale(event) {
      const { id } = event.detail;
      const option = this.data.scale.find((one) => one.id === id);
      if (option) visit.say({ choices: [id] }, `${option.label} 分`);
    },
    /** @param {WechatMiniprogram.CustomEvent<{ checked: boolean }>} event */
    tick(event) {
      const { id } = event.currentTarget.dataset;
      const options = this.data.options.map((option) => (option.id === id ? { ...option, on: event.detail.checked } : option));
      this.setData({ options, ticked: options.some(({ on }) => on) });
    },
    sendTicked() {
      const chosen = this.data.options.filter(({ on }) => on);
      if (chosen.length) visit.say({ choices: chosen.map(({ id }) => id) }, chosen.map(({ label }) => label).join('、'));
    },
    /** @param {{ detail: { value: string } }} event */
    typeWords(event) {
      this.setData({ words: event.detail.value });
    },
    sendWords() {
      this.sayText(this.data.words);
    },
    /** @param {WechatMiniprogram.TouchEvent} event */
    sayThis(event) {
      this.sayText(event.currentTarget.dataset.text);
    },
    /** @param {string} text */
    sayText(text) {
      if (!text.trim()) return;
      if (this.data.confirm && voice && voice.isOpen) {
        voice.type(text); // takes the place of what was to be confirmed
        this.setData({ heard: text, confirm: null });
        return;
      }
      visit.say({ text }, text);
    },
    sendAgain() {
      visit.sendAgain();
    },

    openPicker() {
      this.setData({ picking: true });
    },
    closePicker() {
      this.setData({ picking: false });
    },
    /** The places go into the words, to be gone on with. @param {WechatMiniprogram.CustomEvent<{ words: string }>} event */
    picked(event) {
      const { words } = this.data;
      this.setData({ picking: false, words: words ? `${words},${event.detail.words}` : event.detail.words });
    },

    async hold() {
      const open = visit.get();
      if (!open || open.pending || this.data.holding || this.data.voice === 'off') return;
      if (!mayRecord) {
        mayRecord = await platform.mayRecord();
        this.setData(mayRecord
          ? { voiceNote: '好了。请按住,再说。' }
          : { voice: 'off', voiceNote: '没有话筒也可以:打字,或者点选项。' });
        return;
      }
      if (!voice) voice = createVoice(open.key, (event) => this.hear(event), { speak: this.data.speak });
      this.setData({ holding: true, heard: '', fallback: '', voiceNote: '' });
      voice.hold();
    },
    letGo() {
      if (!this.data.holding) return;
      this.setData({ holding: false });
      if (voice) voice.release();
    },
    /** @param {{ detail: { value: boolean } }} event */
    switchSpeak(event) {
      this.closeVoice();
      this.setData({ speak: event.detail.value });
    },
    closeVoice() {
      if (voice) voice.close();
      voice = null;
      this.setData({ holding: false, confirm: null });
    },

    /** What the voice socket says. @param {import('../../lib/voice').Event} event */
    hear(event) {
      switch (event.type) {
        case 'ready':
          if (!event.voice) this.noVoice('这里听不了声音。请打字,或者点选项。');
          break;
        case 'partial':
        case 'final':
          this.setData({ heard: event.text });
          break;
        case 'confirm':
          this.setData({ confirm: { text: event.text, options: event.options }, fallback: '' });
          break;
        case 'turn': {
          const { heard } = this.data;
          this.setData({ heard: '', confirm: null, fallback: '' });
          visit.taken(heard, /** @type {any} */ (event));
          break;
        }
        case 'fallback':
          this.setData({ fallback: event.text, heard: '', confirm: null });
          break;
        case 'error':
          if (event.code === 'no_voice') this.noVoice(event.detail);
          else this.setData({ voiceNote: event.detail || event.title || '', holding: false });
          break;
        case 'lost':
          voice = null;
          this.setData({ holding: false, confirm: null, voiceNote: '刚才断了一下。请按住,再说一次。' });
          break;
        case 'no_recorder':
          this.setData({ holding: false, voiceNote: '话筒没打开。请打字,或者再按一次。' });
          break;
        case 'interrupted':
          this.setData({ voiceNote: '录音停了一下。' });
          break;
        case 'resumed':
          this.setData({ voiceNote: '可以接着说了。' });
          break;
        default: // speech_started, speech_ended, speak: nothing to show; the words stand in the lines
      }
    },
    /** @param {string} why */
    noVoice(why) {
      this.closeVoice();
      this.setData({ voice: 'off', voiceNote: why });
    },
    /** @param {{ detail: { checked?: boolean } } & WechatMiniprogram.TouchEvent} event */
    answerConfirm(event) {
      const { id } = event.currentTarget.dataset;
      this.setData({ confirm: null });
      if (voice && voice.isOpen) voice.choose([id]);
    },

    openResult() {
      platform.go('/pages/result/result');
    },
    openMine() {
      platform.go('/pages/mine/mine');
    },
  },
});
