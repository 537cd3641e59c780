import { write } from './written.mjs';

write();
