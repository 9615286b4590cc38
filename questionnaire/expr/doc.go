// Package expr is the expression language of instruments, scenarios and plans.
//
// [Check] reads an expression and gives an [Expr]: every name resolved to a
// [Slot], every type known, every mistake reported with its place. An Expr
// evaluates over a [Frame] of current rows to a [Cell], and travels as JSON, so
// that the browser evaluates what the server has checked and has no parser.
package expr
