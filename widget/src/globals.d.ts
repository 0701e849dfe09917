/** Filled in by build.mjs: the file name of the stage. */
declare const STAGE: string;

/** Where the files are when not beside the script; the server fills it in. */
declare const ASSETS: string;

declare module "*.css" {
  const text: string;
  export default text;
}
