// Package tabular reads and writes microdata sets: tables with a codebook, the
// files by which collection hands its data to estimation.
//
// A set is one CSV file a table and codebook.json, which says what each column
// holds, which codes stand for no answer, and by which keys the tables hang
// together. It exists in two forms with the same bytes: a directory, and a tar
// stream for networks. A [Writer] takes the rows of all tables at once, in any
// order, and gives the stream; [Unpack] makes a directory of it, whole or not
// at all; [Open] reads a directory.
//
// The CSV is RFC 4180 in UTF-8: lines end in CR LF, a field is quoted where it
// has to be. Spreadsheets take some texts for formulas and run them, so a text
// that begins like one gets an apostrophe in front (see [Guard]); reading takes
// it away again.
//
// The package knows nothing of questionnaires and computes nothing.
package tabular
