class Tracing {
  get enabled(): boolean { return false; }
  get categories(): string { return ""; }
  enable(): void {}
  disable(): void {}
}
export default { createTracing: (): Tracing => new Tracing(), getEnabledCategories: (): string => "" };
