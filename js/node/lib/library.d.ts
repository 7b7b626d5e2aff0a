// Modules of Node.js' own and the variables that every module of the library sees.
declare module "lib:*";

declare const internalBinding: (name: string) => any;
declare const primordials: Record<string, any>;
declare const process: any;
declare function require(id: string): any;
declare const URL: any;
declare function queueMicrotask(callback: () => void): void;
