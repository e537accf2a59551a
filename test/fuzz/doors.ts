import type { Door } from './door.ts';
import { mailDoors } from './mail-doors.ts';
import { ownerDoors } from './owner-doors.ts';
import { publicDoors } from './public-doors.ts';
import { sendingDoors } from './sending-doors.ts';

export const doors: readonly Door[] = [...mailDoors, ...sendingDoors, ...publicDoors, ...ownerDoors];
