/** A file that cannot be read as a table at all: said in one sentence. */
export class TableError extends Error {}
