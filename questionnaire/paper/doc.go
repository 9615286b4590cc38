//go:build !js

// Package paper draws questionnaires for people who do not sit at a screen: the
// form that an interviewer fills in with a pencil, as HTML that prints and as
// PDF, the codebook of the data, and the route of an interview as a diagram.
//
// What stands on the form is decided by package questionnaire, which says
// conditions in words and finds where each answer leads:
//
//	q.Paper("es")  →  compose  →  parts  →  HTML, PDF
//
// [HTML] and [PDF] draw the same parts in the same order, so neither can say what
// the other does not. [Route] draws the same stops as boxes, and [Codebook] a
// questionnaire.Codebook.
//
// The package decides nothing about an interview and writes only to an io.Writer.
// What it writes depends on its arguments alone: no clock, no path, the same bytes
// for the same questionnaire.
package paper
