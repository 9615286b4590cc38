package questionnaire

import (
	"cmp"
	"slices"
	"strconv"

	"cifra/questionnaire/expr"
)

// This file decides what a screening counts and which events get a form. The
// rules:
//
//   - a crime is asked in one to three steps: ever, or in a window that remembers
//     more (ever); in the period (ask); how often (times). Without ever the period
//     is asked at once, without times a yes counts one event;
//   - a crime counts when every step that is asked says yes, and own too if it is
//     asked; a no settles it, a reason for no answer leaves it open;
//   - a number of times that is not known counts one event, the form of which is
//     flagged by it;
//   - events that are so many and so alike that they cannot be told apart are a
//     series: told in one form that stands for all, and flagged;
//   - up to a cap each counted event has a form. Beyond it: with all and latest
//     the lowest numbers have one (1 is the most recent with latest), with
//     most_serious too (1 is the most serious); with random as many as the cap are
//     drawn by the interview's seed, each of n with probability cap/n;
//   - a total caps the forms of a respondent over all crimes: most_serious keeps
//     those of the crimes with the highest rank, random draws again among those
//     that the crimes' own caps left, and the probabilities multiply;
//   - an event that a person has said did not happen is none: the next number
//     takes its place.

// screen is what makes a grid the incident screener. Variables that may be
// absent are -1, those that came into the format later 1 + their number or 0.
type screen struct {
	Ask   int    `json:"ask"`
	Own   int    `json:"own"`
	Times int    `json:"times"`
	Yes   int    `json:"yes"`     // the option of Ask that counts
	OwnOK int    `json:"own_yes"` // likewise of Own
	Opens int    `json:"opens"`   // level of the forms, -1 without
	UpTo  int    `json:"up_to"`
	Which string `json:"which"`

	Ever    int `json:"ever,omitempty"`
	EverYes int `json:"ever_yes,omitempty"`

	Total      int `json:"total,omitempty"`       // forms over all crimes, 0 without a cap
	Rank       int `json:"rank,omitempty"`        // 1 + attribute of the catalogue
	SeriesFrom int `json:"series_from,omitempty"` // as many events may be a series, 0 without
	Series     int `json:"series,omitempty"`      // the question whether they are
	SeriesYes  int `json:"series_yes,omitempty"`
}

// Which events get a form, as instruments say it.
const (
	whichAll     = "all"
	whichLatest  = "latest"
	whichSerious = "most_serious"
	whichRandom  = "random"
)

// asks yields the variables of a screen in the order they are asked.
func (s *screen) asks() []int {
	var vs []int
	for _, v := range []int{s.Ever - 1, s.Ask, s.Own, s.Times, s.Series - 1} {
		if v >= 0 {
			vs = append(vs, v)
		}
	}
	return vs
}

// step reads one answer of row g of a screen: whether it says yes, and why it
// is not known.
func (iv *Interview) step(g *row, v, yes int) (bool, Missing) {
	c := g.Cells[iv.q.Variables[v].index]
	return c.Missing == expr.Answered && c.N == int64(yes), c.Missing
}

// counted returns how many events row g of a screen counts, and whether that
// is settled: Answered, or why it is not.
func (iv *Interview) counted(sc *screen, g *row) (int, Missing) {
	if sc.Ever > 0 {
		if yes, why := iv.step(g, sc.Ever-1, sc.EverYes); !yes {
			return 0, settledIf(why, NotAsked)
		}
	}
	if yes, why := iv.step(g, sc.Ask, sc.Yes); !yes {
		return 0, settledIf(why, NotAsked)
	}
	if sc.Own >= 0 {
		if yes, why := iv.step(g, sc.Own, sc.OwnOK); !yes && why != NotAsked {
			return 0, why
		}
	}
	if sc.Times < 0 {
		return 1, expr.Answered
	}
	times := g.Cells[iv.q.Variables[sc.Times].index]
	switch times.Missing {
	case expr.Answered:
		return int(times.N), expr.Answered
	case DontKnow, Refused, Withheld:
		return 1, expr.Answered
	}
	return 0, times.Missing
}

// settledIf is Answered for one reason, else the reason.
func settledIf(why, reason Missing) Missing {
	if why == reason {
		return expr.Answered
	}
	return why
}

// isSeries says whether n events of row g are told as one, and whether that is
// settled.
func (iv *Interview) isSeries(sc *screen, g *row, n int) (bool, Missing) {
	if sc.SeriesFrom == 0 || n < sc.SeriesFrom {
		return false, expr.Answered
	}
	if sc.Series == 0 {
		return true, expr.Answered
	}
	yes, why := iv.step(g, sc.Series-1, sc.SeriesYes)
	switch why {
	case NotReached:
		return false, why
	}
	return yes, expr.Answered // told apart if they do not know
}

// An opening is an event that gets a form.
type opening struct {
	crime  *row
	k      int
	series bool
	chance fraction // with which it got one
	rank   int64
}

// key is the identity of the form.
func (o opening) key() string { return o.crime.key + "." + strconv.Itoa(o.k) }

// fraction is a probability.
type fraction struct{ of, in int }

// openings returns the events that get a form of level l under r, crime after
// crime, and whether the screening is settled.
func (iv *Interview) openings(l *level, r *row) ([]opening, Missing) {
	complete := expr.Answered
	var all []opening
	total, which := 0, ""
	for _, s := range l.Screens {
		sc := iv.q.Elements[s].Screen
		if sc.Total > 0 {
			total, which = sc.Total, sc.Which
		}
		grid := iv.q.Levels[iv.q.Variables[sc.Ask].Level]
		for _, g := range r.up[grid.Parent].children[grid.index] {
			n, why := iv.counted(sc, g)
			series, open := iv.isSeries(sc, g, n)
			for _, m := range []Missing{why, open} {
				if complete == expr.Answered {
					complete = m
				}
			}
			if n > 0 && open == expr.Answered {
				all = append(all, iv.openingsOf(l, r, sc, g, n, series)...)
			}
		}
	}
	if total > 0 && len(all) > total {
		all = iv.capped(l, all, total, which)
	}
	return all, complete
}

// openingsOf returns those of the n events of crime g that get a form under its
// own cap, in the order of their numbers.
func (iv *Interview) openingsOf(l *level, r *row, sc *screen, g *row, n int, series bool) []opening {
	removed := map[int]bool{}
	for _, f := range r.children[l.index] {
		if f.removed && crimeOf(f) == g.key {
			removed[formNumber(f)] = true
		}
	}
	o := opening{crime: g, series: series, chance: fraction{1, 1}}
	if sc.Rank > 0 {
		a := iv.q.Lists[g.level.List].Attributes[sc.Rank-1]
		o.rank = a.Cells[g.Cells[iv.q.Variables[g.level.Row].index].N].N
	}
	want := min(n, sc.UpTo)
	if series {
		n, want = 1, 1
	}
	var ks []int
	for k := 1; len(ks) < n && k <= maxEvents+len(removed); k++ {
		if !removed[k] {
			ks = append(ks, k)
		}
	}
	if want < len(ks) && sc.Which == whichRandom {
		o.chance = fraction{want, len(ks)}
		keys := make([]string, len(ks))
		for i, k := range ks {
			keys[i] = strconv.Itoa(k)
		}
		drawn := lotOrder(iv.seed, "events "+l.Name+" "+g.key, keys)[:want]
		slices.Sort(drawn)
		for i, at := range drawn {
			ks[i] = ks[at]
		}
	}
	var out []opening
	for _, k := range ks[:min(want, len(ks))] {
		o.k = k
		out = append(out, o)
	}
	return out
}

// maxEvents bounds how many events of one crime are told apart.
const maxEvents = 1000

// capped keeps total of all openings, in their order.
func (iv *Interview) capped(l *level, all []opening, total int, which string) []opening {
	var kept []int
	if which == whichRandom {
		keys := make([]string, len(all))
		for i, o := range all {
			keys[i] = o.key()
		}
		kept = lotOrder(iv.seed, "forms "+l.Name, keys)
	} else {
		for i := range all {
			kept = append(kept, i)
		}
		slices.SortStableFunc(kept, func(a, b int) int { return cmp.Compare(all[b].rank, all[a].rank) })
	}
	kept = kept[:total]
	slices.Sort(kept)
	out := make([]opening, 0, total)
	for _, i := range kept {
		o := all[i]
		if which == whichRandom {
			o.chance = fraction{o.chance.of * total, o.chance.in * len(all)}
		}
		out = append(out, o)
	}
	return out
}

// openForms opens the forms of l under r that the screens call for.
func (iv *Interview) openForms(l *level, r *row) Missing {
	var opened []opening
	complete := expr.Answered
	drawn := expr.Cell{}
	p := iv.q.Levels[l.Parent]
	if p.Selected >= 0 {
		drawn = r.Cells[iv.q.Variables[p.Selected].index]
	}
	if p.Selected >= 0 && !isTrue(drawn) {
		complete = drawn.Missing // not the respondent: nothing happens under this row; before the draw, nobody knows
	} else {
		opened, complete = iv.openings(l, r)
	}
	wanted := make(map[string]opening, len(opened))
	for _, o := range opened {
		wanted[o.key()] = o
	}
	for _, f := range r.children[l.index] {
		o, listed := wanted[f.key]
		iv.setListed(f, listed)
		iv.tellSeries(l, f, o.series)
		delete(wanted, f.key)
	}
	for _, o := range opened {
		if _, missing := wanted[o.key()]; missing {
			iv.openForm(l, r, o)
		}
	}
	return complete
}

// openForm adds the form of an event that had none so far, before those of its
// crime with a higher number.
func (iv *Interview) openForm(l *level, r *row, o opening) {
	f := iv.newRow(l, r, o.key())
	f.Cells[iv.q.Variables[l.Row].index] = o.crime.Cells[iv.q.Variables[o.crime.level.Row].index]
	at := slices.IndexFunc(r.children[l.index], func(x *row) bool { return crimeOf(x) == o.crime.key && formNumber(x) > o.k })
	if at < 0 {
		at = len(r.children[l.index])
	}
	iv.join(f, at)
	f.listed = true
	if l.Event > 0 {
		f.Cells[iv.q.Variables[l.Event-1].index] = known(int64(o.k))
	}
	iv.everything(f)
	iv.tellSeries(l, f, o.series)
}

// tellSeries says in form f whether it stands for a series.
func (iv *Interview) tellSeries(l *level, f *row, series bool) {
	if l.Series == 0 {
		return
	}
	c := missing(NotAsked)
	if f.on {
		c = truth(series)
	}
	iv.set(iv.q.Variables[l.Series-1], f, c)
}

// formChance returns the probability with which the event of form f got one.
func (iv *Interview) formChance(f *row) fraction {
	opened, _ := iv.openings(f.level, f.parent)
	for _, o := range opened {
		if o.key() == f.key {
			return o.chance
		}
	}
	return fraction{}
}
