package questionnaire

import "errors"

// This file folds logs that others keep. An event that is parked has its place
// in the chain of its device: what was done after it must not fall with it.

// Replay applies e if Admit lets it in. If not, it passes over e and returns why:
// the reason to park it.
func (iv *Interview) Replay(e Event) error {
	if err := iv.Admit(e); err != nil {
		iv.Pass(e)
		return err
	}
	iv.Apply(e)
	return nil
}

// Pass passes over an event that is not to be folded. It changes nothing but
// which event of the device comes next; an event out of turn not even that.
func (iv *Interview) Pass(e Event) {
	h, err := ParseHeader(e.Header)
	if err != nil && !errors.Is(err, ErrNewer) || h.Survey != iv.self.Survey || h.Interview != iv.self.Interview {
		return
	}
	if own := iv.heads[h.Device]; h.Seq == own.seq+1 && h.Prev == own.hash {
		link := HeaderHash(e.Header)
		iv.heads[h.Device], iv.seen[link] = head{h.Seq, link}, true
		iv.hear(h, link)
	}
}
