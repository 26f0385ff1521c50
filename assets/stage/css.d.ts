// A style sheet that is imported is its text: the bundler reads it so.
declare module "*.css" {
  const text: string;
  export default text;
}
