import { text } from 'node:stream/consumers';
import { type Cruise, describeRooms, roomGraph } from './rooms.js';

/** `npm run -s rooms`: what dependency-cruiser reports on stdin, as rooms. */
console.log(describeRooms(roomGraph(JSON.parse(await text(process.stdin)) as Cruise)));
