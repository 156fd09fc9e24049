// Draws people as skeletons. Joints are in the order of contract/layout.py: nose, then left and
// right of shoulder, elbow, wrist, hip, knee, ankle; each is [x, y, seen], x and y as shares of the
// picture, seen in 0..1.

const BONES = [
  [1, 2], [7, 8], [1, 7], [2, 8],
  [1, 3], [3, 5], [2, 4], [4, 6],
  [7, 9], [9, 11], [8, 10], [10, 12],
];
const NOSE = 0;
const SEEN = 0.1; // below it a joint is a guess

export class Figure {
  constructor(canvas) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
    this.colour = "";
  }

  // `people` is a list of {joints}; `aspect` is the picture's width by its height.
  draw(people, aspect) {
    this.fit(aspect);
    const { width, height } = this.canvas;
    this.pen.clearRect(0, 0, width, height);
    this.pen.strokeStyle = this.pen.fillStyle = getComputedStyle(this.canvas).color;
    this.pen.lineWidth = Math.max(2, height / 90);
    this.pen.lineCap = "round";
    for (const { joints } of people) this.person(joints, width, height);
  }

  fit(aspect) {
    const width = Math.round(this.canvas.clientWidth * devicePixelRatio) || 320;
    const height = Math.round(width / (aspect || 4 / 3));
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
  }

  person(joints, width, height) {
    for (const [from, to] of BONES) {
      if (joints[from][2] < SEEN || joints[to][2] < SEEN) continue;
      this.pen.beginPath();
      this.pen.moveTo(joints[from][0] * width, joints[from][1] * height);
      this.pen.lineTo(joints[to][0] * width, joints[to][1] * height);
      this.pen.stroke();
    }
    this.head(joints, width, height);
  }

  // A neck and a head. From the side shoulders are narrow: then the back says how large it is.
  head(joints, width, height) {
    const at = (joint) => [joints[joint][0] * width, joints[joint][1] * height];
    const [nose, left, right, hip] = [NOSE, 1, 2, 7].map(at);
    if (joints[NOSE][2] < SEEN) return;
    const between = (from, to) => Math.hypot(from[0] - to[0], from[1] - to[1]);
    const size = Math.max(between(left, right) * 0.3, between(left, hip) * 0.17);
    this.pen.beginPath();
    this.pen.moveTo((left[0] + right[0]) / 2, (left[1] + right[1]) / 2);
    this.pen.lineTo(...nose);
    this.pen.stroke();
    this.pen.beginPath();
    this.pen.arc(...nose, Math.max(this.pen.lineWidth * 1.5, size), 0, 7);
    this.pen.fill();
  }
}
