/** One step of a schema: SQL only, forwards only (expand → deploy → contract). */
export interface Migration {
  /** `20261124-001-sessions`: date, number, subject. Unique in a room, applied in order of name. */
  readonly name: string;
  readonly sql: string;
}
