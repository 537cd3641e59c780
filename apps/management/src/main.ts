import { startRoom } from '@latchkey/runtime';
import { firstWork } from './first-work.ts';
import { room } from './room.ts';

await startRoom(room, { opened: firstWork });
