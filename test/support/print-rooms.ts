import { text } from 'node:stream/consumers';
import { type Cruise, describeRooms, roomGraph } from './rooms.js';

/** `npm run -s rooms`: prints dependency-cruiser's report on stdin as rooms. */
console.log(describeRooms(roomGraph(JSON.parse(await text(process.stdin)) as Cruise)));
