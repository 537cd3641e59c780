export { room, type ManagementParts, type ManagementRoom } from './room.ts';
export { managementConfig, type ManagementConfig } from './config.ts';
export { parseDeclaration, type ParsedDeclaration } from './declaration/parse-declaration.ts';
export { DeclarationRefused, type DeclarationError } from './declaration/declaration-error.ts';
export type { Applied, Tally } from './declaration/declarations.ts';
export type { Declaration } from './declaration/schema.ts';
export { declarativeSchema, declarativeSchemaText } from './declaration/json-schema.ts';
export { importApereoServices, type ImportedServices } from './import/apereo-services.ts';
export { ImportRefused, type SourceFile } from './import/read-definitions.ts';
