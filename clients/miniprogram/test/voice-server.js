/**
 * A voice socket as the protocol has it, with a recogniser that is told what it hears. Turns are taken by
 * the real service over HTTP, so that `turn` is a real body.
 */
const http = require('http');
const { WebSocketServer } = require('ws');

function startVoice(base) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  const voice = {
    /** What the next utterance is understood as: `{ text, confirm?, fallback? }`. */
    next: { text: '腰疼三个月了' },
    hasRecogniser: true,
    hears: [], // JSON messages
    frames: [], // sizes of binary frames
    paths: [],
    sockets: [],
    speak: null, // a WAV to send after a turn
    url: '',
    close: () => new Promise((resolve) => {
      for (const socket of server.clients) socket.terminate();
      server.close(resolve);
    }),
  };
  server.on('connection', (socket, request) => {
    let token = '';
    let waiting = '';
    voice.paths.push(request.url);
    voice.sockets.push(socket);
    const id = /sessions\/([^/]+)\/voice/.exec(request.url)[1];
    const tell = (message) => socket.send(JSON.stringify(message));
    const take = async (said) => {
      const body = await post(`${base}/v1/sessions/${id}/turns`, token, said);
      tell({ type: 'turn', ...body });
      tell({ type: 'speak', id: 3, text: body.reply.text, audio: Boolean(voice.speak), voice: voice.speak ? 'espeak' : 'none', repeat: false });
      if (voice.speak) socket.send(voice.speak);
    };
    socket.on('message', async (data, isBinary) => {
      if (isBinary) {
        voice.frames.push(data.length);
        if (!token || data.length < 640 || data.length > 3200 || data.length % 2) tell({ type: 'error', code: 'bad_frame', title: '', detail: '' });
        return;
      }
      const message = JSON.parse(data.toString());
      voice.hears.push(message);
      if (message.type === 'start' && message.token) {
        token = message.token;
        tell({ type: 'ready', voice: voice.hasRecogniser, speaker: Boolean(voice.speak), limit_seconds: 600, reply: null, turn: 0 });
      } else if (message.type === 'stop') {
        tell({ type: 'speech_started', ms: 0 });
        tell({ type: 'partial', text: voice.next.text.slice(0, 2) });
        tell({ type: 'speech_ended' });
        if (voice.next.fallback) return tell({ type: 'fallback', reason: 'not_understood', text: voice.next.fallback });
        tell({ type: 'final', text: voice.next.text, heard: voice.next.text, confidence: 0.9, repairs: [] });
        if (voice.next.confirm) {
          waiting = voice.next.text;
          return tell({
            type: 'confirm', text: voice.next.confirm, understood: waiting, options: [{ id: 'yes', label: '对' }, { id: 'no', label: '不对' }],
          });
        }
        await take({ text: voice.next.text });
      } else if (message.type === 'text' && waiting) {
        const said = waiting;
        waiting = '';
        if (message.text) await take({ text: message.text });
        else if (message.choices[0] === 'yes') await take({ text: said });
        else tell({ type: 'fallback', reason: 'not_understood', text: '那您再说一次,或者打字。' });
      }
    });
  });
  return new Promise((resolve) => server.on('listening', () => {
    voice.url = `http://127.0.0.1:${server.address().port}`;
    resolve(voice);
  }));
}

function post(url, token, body) {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const request = http.request(url, { method: 'POST', headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part) => { text += part; });
      response.on('end', () => resolve(JSON.parse(text)));
    });
    request.end(JSON.stringify(body));
  });
}

module.exports = { startVoice };
