/** The compatibility date that workerd and Skep run the workers with. */
export const compatibilityDate = "2026-11-01";
