// Package wire reads and writes JSON by fields that types list themselves.
//
// A type that travels is an [Object]: its one method Fields names every key
// once, in the order in which it is written, and says where its value lies. The
// same list serves both ways, so what is written is what is read:
//
//	func (c *choice) Fields(w *wire.Coder) {
//		wire.Text(w, "code", &c.Code)
//		wire.Int(w, "text", &c.Text)
//		wire.Bool(w.Omit(), "exclusive", &c.Exclusive)
//	}
//
// The bytes are those that encoding/json writes for the same keys; hashes are
// taken over them. It is not used itself because it is driven by reflection: a
// browser would load a fifth more and wait three times as long for its first
// question. What is read is held to the grammar as strictly; keys are those of
// Fields letter by letter, where encoding/json would not look at their case.
//
// For the same reason messages are worded by [Sprintf] and [Errorf] and bytes
// written by [Hex]: see format.go.
//
// The package knows nothing of questionnaires.
package wire
