import { defineGlobals } from "../core/define.ts";
import { Blob } from "./blob.ts";
import { File } from "./file.ts";
import { FormData } from "./form-data.ts";

export { Blob, blobBytes, blobFromBytes, blobType, isBlob } from "./blob.ts";
export { createFile, File, fileLastModified, fileName, isFile } from "./file.ts";
export { FormData, formDataEntries, isFormData, type FormDataValue } from "./form-data.ts";

export function install(): void {
  defineGlobals({ Blob, File, FormData });
}
