import { startRoom } from '@latchkey/runtime';
import { room } from './room.ts';

await startRoom(room);
