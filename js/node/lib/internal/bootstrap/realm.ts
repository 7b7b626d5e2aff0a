const { moduleNames } = internalBinding("layer");

export const BuiltinModule = {
  exists: (id: string): boolean => moduleNames().includes(id) || id.startsWith("internal/"),
  canBeRequiredByUsers: (id: string): boolean => moduleNames().includes(id),
  canBeRequiredByUsersWithoutScheme: (id: string): boolean => moduleNames().includes(id),
  canBeRequiredWithoutScheme: (id: string): boolean => moduleNames().includes(id),
  isBuiltin: (id: string): boolean => moduleNames().includes(id.replace(/^node:/, "")),
  normalizeRequirableId: (id: string): string | undefined => (moduleNames().includes(id.replace(/^node:/, "")) ? id.replace(/^node:/, "") : undefined),
  getSchemeOnlyModuleNames: (): string[] => [],
};
