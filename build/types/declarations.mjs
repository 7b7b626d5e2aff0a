// Reads @cloudflare/workers-types and lists what it says exists while a worker runs: globals, the members of classes and
// of the objects that interfaces describe, and what the built-in modules export.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SyntaxKind } from "typescript/unstable/ast";
import { API } from "typescript/unstable/sync";

const file = createRequire(import.meta.url).resolve("@cloudflare/workers-types/index.d.ts");
const { version } = JSON.parse(readFileSync(createRequire(import.meta.url).resolve("@cloudflare/workers-types/package.json"), "utf8"));

/** The package's version, and its items: { root, module?, path, kind } where `path` leads from the root to the member. */
export function readDeclarations(instances) {
  const folder = mkdtempSync(join(tmpdir(), "skep-types-"));
  const config = join(folder, "tsconfig.json");
  writeFileSync(config, JSON.stringify({ compilerOptions: { lib: ["esnext"], types: [], noEmit: true }, files: [file] }));
  const api = new API();
  try {
    const source = api.updateSnapshot({ openProjects: [config] }).getProjects()[0].program.getSourceFile(file);
    return { version, items: new Reader(source.statements, instances).items };
  } finally {
    api.close();
    rmSync(folder, { recursive: true });
  }
}

class Reader {
  items = [];
  #interfaces = new Map();
  #namespaces = new Map();
  #variables = new Set();
  #seen = new Set();

  constructor(statements, instances) {
    for (const each of statements) {
      if (each.kind === SyntaxKind.InterfaceDeclaration) this.#interfaces.set(each.name.text, [...(this.#interfaces.get(each.name.text) ?? []), each]);
      if (each.kind === SyntaxKind.ModuleDeclaration && each.name.kind !== SyntaxKind.StringLiteral) this.#namespaces.set(each.name.text, each);
      if (isDeclared(each) && each.kind === SyntaxKind.VariableStatement) for (const { name } of each.declarationList.declarations) this.#variables.add(name.text);
    }
    for (const each of statements) if (isDeclared(each)) this.#statement(each, undefined);
    for (const member of this.#membersOf("ServiceWorkerGlobalScope")) this.#add(undefined, [member.name], member.kind === "method" ? "function" : "value");
    for (const name of Object.keys(instances)) for (const member of this.#membersOf(name)) this.#add(undefined, [`<${name}>`, member.name], member.kind);
  }

  #add(module, path, kind) {
    const key = JSON.stringify([module, path]);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.items.push({ module, path, kind });
  }

  #statement(each, module, prefix = []) {
    switch (each.kind) {
      case SyntaxKind.FunctionDeclaration:
        return this.#add(module, [...prefix, each.name.text], "function");
      case SyntaxKind.ClassDeclaration:
        return this.#class(each, module, prefix);
      case SyntaxKind.VariableStatement:
        for (const declaration of each.declarationList.declarations) this.#variable(declaration, module, prefix);
        return;
      case SyntaxKind.ModuleDeclaration:
        return this.#module(each);
    }
  }

  #module(each) {
    const name = each.name.text;
    if (each.name.kind !== SyntaxKind.StringLiteral) {
      // A namespace of types alone is none at run time.
      if (name === "WebAssembly") for (const inner of each.body.statements) this.#statement(inner, undefined, [name]);
      return;
    }
    if (name.includes("*")) return;
    for (const inner of each.body.statements) {
      if (inner.kind === SyntaxKind.ExportAssignment) {
        for (const exported of this.#namespaces.get(inner.expression.text).body.statements) this.#statement(exported, name);
      } else if (inner.kind === SyntaxKind.ExportDeclaration) {
        for (const { name: exported } of inner.exportClause.elements) this.#add(name, [exported.text], "value");
      } else if (has(inner, SyntaxKind.ExportKeyword)) this.#statement(inner, name);
    }
  }

  #class(each, module, prefix) {
    const name = each.name.text;
    this.#add(module, [...prefix, name], "class");
    for (const member of each.members) {
      if (member.kind === SyntaxKind.Constructor || member.questionToken !== undefined || member.postfixToken?.kind === SyntaxKind.QuestionToken || has(member, SyntaxKind.ProtectedKeyword)) continue;
      const key = nameOf(member.name);
      if (key === undefined) continue;
      const path = has(member, SyntaxKind.StaticKeyword) ? [name, key] : [name, "prototype", key];
      this.#add(module, [...prefix, ...path], isMethod(member) ? "method" : "property");
    }
  }

  #variable({ name, type }, module, prefix) {
    if (type.kind === SyntaxKind.TypeLiteral) {
      this.#add(module, [...prefix, name.text], "class");
      for (const member of type.members) {
        const key = member.name && nameOf(member.name);
        if (key !== undefined && key !== "prototype") this.#add(module, [...prefix, name.text, key], isMethod(member) ? "method" : "property");
      }
      for (const member of this.#membersOf(name.text)) this.#add(module, [...prefix, name.text, "prototype", member.name], member.kind);
      return;
    }
    this.#add(module, [...prefix, name.text], "value");
    if (type.kind !== SyntaxKind.TypeReference || type.typeName.text === "ServiceWorkerGlobalScope") return;
    for (const member of this.#membersOf(type.typeName.text ?? "")) this.#add(module, [...prefix, name.text, member.name], member.kind);
  }

  /** The members of an interface and of those it extends. */
  #membersOf(name) {
    const members = [];
    for (const each of this.#interfaces.get(name) ?? []) {
      for (const member of each.members) {
        const key = member.name && nameOf(member.name);
        if (key !== undefined && member.postfixToken?.kind !== SyntaxKind.QuestionToken && member.questionToken === undefined) members.push({ name: key, kind: isMethod(member) ? "method" : "property" });
      }
      for (const clause of each.heritageClauses ?? []) for (const type of clause.types) members.push(...this.#membersOf(type.expression.text));
    }
    return members;
  }
}

function isDeclared(statement) {
  return has(statement, SyntaxKind.DeclareKeyword);
}

function has(node, kind) {
  return (node.modifiers ?? []).some((modifier) => modifier.kind === kind);
}

function isMethod(member) {
  return member.kind === SyntaxKind.MethodDeclaration || member.kind === SyntaxKind.MethodSignature || member.type?.kind === SyntaxKind.FunctionType;
}

/** The member's name; symbols as "@@iterator"; undefined for what has no name at run time. */
function nameOf(name) {
  if (name.kind === SyntaxKind.ComputedPropertyName) {
    const text = name.expression.getText?.() ?? "";
    return text.startsWith("Symbol.") ? `@@${text.slice(7)}` : undefined;
  }
  return name.text;
}
