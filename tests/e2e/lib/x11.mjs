// As much of the X protocol as it takes to press keys and to look at the screen within milliseconds, which no program that must be started can.

import { once } from "node:events";
import { connect } from "node:net";

const EVENT = { keyPress: 2, keyRelease: 3 };

export class Screen {
  #socket;
  #buffer = Buffer.alloc(0);
  #waiting = [];
  #sequence = 0;
  #xtest;
  #codes;
  #atoms = new Map();
  root;
  width;
  height;

  static async open(display = process.env.DISPLAY) {
    const screen = new Screen();
    await screen.#connect(/^:(\d+)/u.exec(display)[1]);
    return screen;
  }

  close() {
    this.#socket.destroy();
  }

  async #connect(number) {
    // Listening at once with nothing in between: an error must find its listener.
    this.#socket = connect(`/tmp/.X11-unix/X${number}`);
    await once(this.#socket, "connect");
    const hello = Buffer.alloc(12);
    hello.write("l", 0, "latin1");
    hello.writeUInt16LE(11, 2);
    const setup = new Promise((resolve) => {
      const take = (data) => {
        this.#buffer = Buffer.concat([this.#buffer, data]);
        if (this.#buffer.length < 8) return;
        const size = 8 + this.#buffer.readUInt16LE(6) * 4;
        if (this.#buffer.length < size) return;
        this.#socket.off("data", take);
        const whole = this.#buffer.subarray(0, size);
        this.#buffer = this.#buffer.subarray(size);
        resolve(whole);
      };
      this.#socket.on("data", take);
    });
    this.#socket.write(hello);
    const whole = await setup;
    if (whole[0] !== 1) throw new Error(`the screen refused: ${whole.subarray(8, 8 + whole[1]).toString("latin1")}`);
    const vendor = (whole.readUInt16LE(24) + 3) & ~3;
    const formats = whole[29];
    const at = 40 + vendor + formats * 8;
    this.root = whole.readUInt32LE(at);
    this.width = whole.readUInt16LE(at + 20);
    this.height = whole.readUInt16LE(at + 22);
    const [lowest, highest] = [whole[34], whole[35]];
    this.#socket.on("data", (data) => this.#received(data));
    this.#xtest = (await this.#ask(98, 0, pack([5, 2], [0, 2], "XTEST")))[9];
    this.#codes = await this.#keyboard(lowest, highest);
  }

  #received(data) {
    this.#buffer = this.#buffer.length === 0 ? data : Buffer.concat([this.#buffer, data]);
    while (this.#buffer.length >= 32) {
      const kind = this.#buffer[0];
      const size = kind === 1 ? 32 + this.#buffer.readUInt32LE(4) * 4 : 32;
      if (this.#buffer.length < size) return;
      const message = this.#buffer.subarray(0, size);
      this.#buffer = this.#buffer.subarray(size);
      if (kind !== 0 && kind !== 1) continue;
      const sequence = message.readUInt16LE(2);
      const index = this.#waiting.findIndex((one) => one.sequence === sequence);
      if (index === -1) continue;
      const [{ resolve, reject }] = this.#waiting.splice(index, 1);
      if (kind === 1) resolve(message);
      else reject(new Error(`X error ${message[1]} for request ${message[10]}`));
    }
  }

  #tell(opcode, detail, body = Buffer.alloc(0)) {
    const padded = (body.length + 3) & ~3;
    const request = Buffer.alloc(4 + padded);
    request[0] = opcode;
    request[1] = detail;
    request.writeUInt16LE(1 + padded / 4, 2);
    body.copy(request, 4);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#socket.write(request);
    return this.#sequence;
  }

  #ask(opcode, detail, body = undefined) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ sequence: this.#tell(opcode, detail, body), resolve, reject });
    });
  }

  async #keyboard(lowest, highest) {
    const reply = await this.#ask(101, 0, Buffer.from([lowest, highest - lowest + 1, 0, 0]));
    const each = reply[1];
    const codes = new Map();
    for (let code = highest; code >= lowest; code -= 1) {
      codes.set(reply.readUInt32LE(32 + (code - lowest) * each * 4), code);
    }
    return codes;
  }

  /** Presses keys together and lets go of them in the other order. Keys are keysyms. */
  press(...keys) {
    const codes = keys.map((key) => this.#codes.get(key));
    for (const code of codes) this.#fake(EVENT.keyPress, code);
    for (const code of codes.toReversed()) this.#fake(EVENT.keyRelease, code);
  }

  /** Takes keys for this program, as another with a shortcut of its own does. Until it is closed. */
  async grab(modifiers, key) {
    const body = Buffer.alloc(12);
    body.writeUInt32LE(this.root, 0);
    body.writeUInt16LE(modifiers, 4);
    body[6] = this.#codes.get(key);
    // Neither the pointer nor the keyboard stops for it.
    body[7] = 1;
    body[8] = 1;
    this.#tell(33, 1, body);
    // An answer to anything says that the grab has been done.
    await this.#ask(43, 0);
  }

  #fake(kind, code) {
    const body = Buffer.alloc(32);
    body[0] = kind;
    body[1] = code;
    this.#tell(this.#xtest, 2, body);
  }

  async #atom(name) {
    if (!this.#atoms.has(name)) {
      const reply = await this.#ask(16, 0, pack([name.length, 2], [0, 2], name));
      this.#atoms.set(name, reply.readUInt32LE(8));
    }
    return this.#atoms.get(name);
  }

  async #property(window, name) {
    const reply = await this.#ask(20, 0, pack([window, 4], [await this.#atom(name), 4], [0, 4], [0, 4], [1024, 4]));
    const size = reply.readUInt32LE(16) * (reply[1] / 8);
    return reply.subarray(32, 32 + size);
  }

  /** The name of the window that has the focus, and its place. */
  async active() {
    const value = await this.#property(this.root, "_NET_ACTIVE_WINDOW");
    const window = value.length >= 4 ? value.readUInt32LE(0) : 0;
    if (window === 0) return { name: "" };
    try {
      const name = (await this.#property(window, "_NET_WM_NAME")).toString("utf8");
      const geometry = await this.#ask(14, 0, pack([window, 4]));
      const place = await this.#ask(40, 0, pack([window, 4], [this.root, 4], [0, 4]));
      return { name, x: place.readInt16LE(12), y: place.readInt16LE(14), width: geometry.readUInt16LE(16), height: geometry.readUInt16LE(18) };
    } catch {
      // It went between two questions.
      return { name: "" };
    }
  }

  /** The pixels of a part of the screen, four bytes each: blue, green, red, nothing. */
  async look({ x, y, width, height }) {
    const left = Math.max(0, x);
    const top = Math.max(0, y);
    const body = pack([this.root, 4], [left, 2], [top, 2], [Math.min(width, this.width - left), 2], [Math.min(height, this.height - top), 2], [0xffffffff, 4]);
    return (await this.#ask(73, 2, body)).subarray(32);
  }
}

/** Numbers with their sizes, and texts, one after the other. */
function pack(...parts) {
  return Buffer.concat(
    parts.map((part) => {
      if (typeof part === "string") return Buffer.from(part, "latin1");
      const [value, size] = part;
      const bytes = Buffer.alloc(size);
      bytes.writeUIntLE(value, 0, size);
      return bytes;
    }),
  );
}

/** Where a picture has ink: the places whose colour is far from the commonest one. */
export function ink(picture) {
  const counts = new Map();
  for (let at = 0; at < picture.length; at += 4) {
    const colour = picture.readUInt32LE(at) & 0xffffff;
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const [paper] = [...counts].reduce((most, one) => (one[1] > most[1] ? one : most));
  const base = Buffer.from([paper & 255, (paper >> 8) & 255, paper >> 16]);
  const places = [];
  for (let at = 0; at < picture.length; at += 4) if (distance(picture, at, base, 0) > 90) places.push(at);
  return places;
}

function distance(a, at, b, to) {
  return Math.abs(a[at] - b[to]) + Math.abs(a[at + 1] - b[to + 1]) + Math.abs(a[at + 2] - b[to + 2]);
}

/** The share of some places at which two pictures agree. */
export function agreement(one, other, places) {
  if (one.length !== other.length || places.length === 0) return 0;
  return places.filter((at) => distance(one, at, other, at) < 60).length / places.length;
}

export const modifiers = { shift: 1, control: 4 };

export const keysyms = { control: 0xffe3, shift: 0xffe1, alt: 0xffe9, space: 0x20, escape: 0xff1b, f4: 0xffc1 };
