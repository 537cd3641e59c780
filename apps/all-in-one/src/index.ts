export { openPlatform, type Platform, type PlatformOptions } from './open-platform.ts';
export { startAllInOne, type AllInOne, type AllInOneOptions } from './start-all-in-one.ts';
export { applyDeclarationTo, setupUrlOf } from './management-door.ts';
