// ZIP archives came with a later version of Node.js than the one Workers have.
import { classes, methods } from "lib:internal/stub";
export default { ...classes("zlib", "ZipEntry", "ZipFile", "ZipBuffer"), ...methods("zlib", "createZipArchive", "createZipArchiveSync", "zipFiles", "getMaxZipContentSize", "setMaxZipContentSize") };
