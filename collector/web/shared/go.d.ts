// The Go distribution's own glue; the build takes it from the Go that compiles
// the engine, so the two always match. It defines globalThis.Go.
declare module "go/wasm_exec";
