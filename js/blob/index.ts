export { Blob, blobBytes, blobFromBytes, blobType, isBlob } from "./blob.ts";
export { createFile, File, fileLastModified, fileName, isFile } from "./file.ts";
export { FormData, FormDataPrototypeAppend, formDataEntries, isFormData, type FormDataValue } from "./form-data.ts";
