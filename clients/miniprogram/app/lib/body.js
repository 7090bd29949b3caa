/**
 * Places of the body for the picture: where they lie, in percent, and what they are called. Left and right
 * are the patient's own: from the front his right is on the left of the picture, from behind it is not.
 */

/** @typedef {{ id: string, name: string, x: number, y: number, w: number, h: number, round: number }} Place */

/** Middle places. @type {Record<'front' | 'back', [string, string, number, number, number, number][]>} */
const MIDDLE = {
  front: [
    ['face', '头', 41, 1, 18, 11],
    ['throat', '脖子', 44, 12.5, 12, 4.5],
    ['chest', '胸口', 34, 18, 32, 14],
    ['belly', '肚子', 36, 32.5, 28, 12],
  ],
  back: [
    ['head', '后脑勺', 41, 1, 18, 11],
    ['neck', '后脖子', 44, 12.5, 12, 4.5],
    ['back', '后背', 34, 18, 32, 14],
    ['low_back', '腰', 36, 32.5, 28, 8.5],
    ['sacrum', '尾巴骨', 44, 41.5, 12, 5],
  ],
};

/** Places on both sides, as they lie on the left of the picture. @type {Record<'front' | 'back', [string, string, number, number, number, number][]>} */
const PAIRED = {
  front: [
    ['shoulder', '肩膀', 22, 18, 11.5, 8],
    ['upper_arm', '上胳膊', 19, 26.5, 10, 10],
    ['elbow', '胳膊肘', 16, 37, 10, 5.5],
    ['forearm', '小臂', 13, 43, 10, 9],
    ['hand', '手', 9, 52.5, 12, 9],
    ['groin', '大腿根', 36, 45, 13.5, 5],
    ['thigh', '大腿前面', 35, 50.5, 14, 14],
    ['knee', '膝盖', 35.5, 65, 13, 7.5],
    ['shin', '小腿前面', 36, 73, 12, 14.5],
    ['foot', '脚', 32, 88, 15, 8],
  ],
  back: [
    ['shoulder_blade', '肩膀', 22, 18, 11.5, 8],
    ['upper_arm', '上胳膊', 19, 26.5, 10, 10],
    ['elbow', '胳膊肘', 16, 37, 10, 5.5],
    ['forearm', '小臂', 13, 43, 10, 9],
    ['hand', '手', 9, 52.5, 12, 9],
    ['buttock', '屁股', 35.5, 41.5, 8, 9],
    ['thigh', '大腿后面', 35, 51, 14, 13.5],
    ['knee_hollow', '腿弯', 35.5, 65, 13, 7.5],
    ['calf', '小腿肚', 36, 73, 12, 14.5],
    ['heel', '脚后跟', 34, 88, 13, 8],
  ],
};

/** @param {'front' | 'back'} view @returns {Place[]} */
function places(view) {
  const middle = MIDDLE[view].map(([id, name, x, y, w, h]) => ({ id, name, x, y, w, h, round: id === 'face' || id === 'head' ? 50 : 8 }));
  const [here, there] = view === 'front' ? ['右', '左'] : ['左', '右'];
  const paired = PAIRED[view].flatMap(([id, name, x, y, w, h]) => [
    { id: `${id}_${here}`, name: here + name, x, y, w, h, round: 8 },
    { id: `${id}_${there}`, name: there + name, x: 100 - x - w, y, w, h, round: 8 },
  ]);
  return [...middle, ...paired];
}

module.exports = { places };
