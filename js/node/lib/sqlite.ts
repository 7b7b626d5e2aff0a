import { classes, methods } from "lib:internal/stub";
export default { ...classes("sqlite", "DatabaseSync", "StatementSync", "Session"), ...methods("sqlite", "backup"), constants: { SQLITE_CHANGESET_OMIT: 0, SQLITE_CHANGESET_REPLACE: 1, SQLITE_CHANGESET_ABORT: 2 } };
