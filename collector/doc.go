// Package collector is the shell around interviews: time, sockets, disk and
// people. Tablets bring it the events of interviews; it keeps them and gives
// cases out.
//
// # The dialogue
//
// A tablet and the office exchange JSON messages, each with a type, over one
// websocket (/v1/socket) or, where a proxy breaks those, by POST (/v1/messages):
//
//  1. The tablet says hello: protocol version, token, its name, and how far each
//     interview goes that it holds.
//  2. The office answers welcome: which survey and which store this is, the
//     published instruments, the current first, and how far it has each of those
//     interviews. The tablet sends what is missing; nobody needs to remember a
//     session.
//  3. The tablet pushes events, at most 200 or 256 KiB a message.
//  4. Only the envelopes are checked: size, strict JSON, survey, device, right,
//     number and link. What an answer means is never a reason to keep it out.
//  5. The store commits and syncs. Then, and only then, the office acks, up to
//     which number it has each line of events.
//  6. The tablet pulls: the cases that changed since its cursor.
//
// An error means that the outcome is unknown, and sending again is always safe:
// what is there already is acked again. What cannot stand in its place (other
// content under the same number, an interview of another tablet) is kept aside
// and named in the reply, and blocks nothing else. A push of which nothing could
// stand in its place, or before which events are missing, is answered refused,
// with a typed reason. A store that failed to commit acks nothing more.
//
// # What is kept
//
// Everything durable is an event in a stream of a [Log] or a blob: each
// interview is a stream, and [Org] is one for the instruments that were
// published, the samples imported and the cases assigned. Cases, assignments,
// visits and dispositions are projections: a fold of those entries that does not
// depend on the order in which they are applied, so any number of servers may
// keep one. A [Snapshot] is that fold at one commit, for exports.
//
// A [Server] joins the parts. The package knows no particular store, draws no
// sample, and evaluates no questionnaire.
package collector
