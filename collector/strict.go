package collector

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// This file reads JSON that strangers wrote so that it has one meaning, the
// same here and in a browser. The rules:
//
//   - a key that stands twice in an object, with or without regard to case, is
//     an error: decoders differ in which one they take;
//   - keys are compared exactly; an unknown one is an error;
//   - values stay the bytes they are, because events are hashed.

// Bounds of one value. The deepest legal message has eight levels, and a push
// of 200 events has some 4,000 keys.
const (
	maxDepth = 32
	maxKeys  = 2_000 // of one object
)

var errNotJSON = errors.New("not valid JSON in UTF-8")

// valid reports whether data is one JSON value in UTF-8. The functions below
// may be used on such data only.
func valid(data []byte) error {
	if !utf8.Valid(data) || !json.Valid(data) {
		return errNotJSON
	}
	return nil
}

// members visits the members of a JSON object in order. A key that stands twice
// is an error, as is one of visit.
func members(data []byte, visit func(key string, value []byte) error) error {
	i := space(data, 0)
	if i == len(data) || data[i] != '{' {
		return errors.New("not an object")
	}
	var seen keys
	for i = space(data, i+1); data[i] != '}'; {
		end := skip(data, i)
		key, err := seen.add(data[i:end])
		if err != nil {
			return err
		}
		i = space(data, space(data, end)+1) // past the colon
		end = skip(data, i)
		if err := visit(key, data[i:end:end]); err != nil {
			return err
		}
		if i = space(data, end); data[i] == ',' {
			i = space(data, i+1)
		}
	}
	return nil
}

// elements visits the elements of a JSON array in order.
func elements(data []byte, visit func(value []byte) error) error {
	i := space(data, 0)
	if i == len(data) || data[i] != '[' {
		return errors.New("not a list")
	}
	for i = space(data, i+1); data[i] != ']'; {
		end := skip(data, i)
		if err := visit(data[i:end:end]); err != nil {
			return err
		}
		if i = space(data, end); data[i] == ',' {
			i = space(data, i+1)
		}
	}
	return nil
}

// unambiguous checks a value to its depth: no key twice, not too deep.
func unambiguous(data []byte) error { return unambiguousAt(data, 1) }

func unambiguousAt(data []byte, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("nested more than %d deep", maxDepth)
	}
	switch data[space(data, 0)] {
	case '{':
		return members(data, func(_ string, value []byte) error { return unambiguousAt(value, depth+1) })
	case '[':
		return elements(data, func(value []byte) error { return unambiguousAt(value, depth+1) })
	}
	return nil
}

// space returns the first place from i on that is not white space.
func space(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\n' || data[i] == '\t' || data[i] == '\r') {
		i++
	}
	return i
}

// skip returns where the value that starts at i ends.
func skip(data []byte, i int) int {
	depth := 0
	for ; i < len(data); i++ {
		switch data[i] {
		case '"':
			i = skipText(data, i) - 1
		case '{', '[':
			depth++
			continue
		case '}', ']':
			if depth--; depth < 0 {
				return i // the end of a number before it
			}
		case ',', ' ', '\n', '\t', '\r':
			if depth == 0 {
				return i
			}
			continue
		default:
			continue
		}
		if depth == 0 {
			return i + 1
		}
	}
	return i
}

// skipText returns where the text that starts at i ends.
func skipText(data []byte, i int) int {
	for i++; data[i] != '"'; i++ {
		if data[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// keys are the keys of one object so far: a list while it is short.
type keys struct {
	list []string
	set  map[string]bool
}

// add notes a key as it stands, quotes and all, and returns its text.
func (k *keys) add(quoted []byte) (string, error) {
	key := string(quoted[1 : len(quoted)-1])
	if bytes.IndexByte(quoted, '\\') >= 0 {
		if err := json.Unmarshal(quoted, &key); err != nil {
			return "", err
		}
	}
	if k.has(key) {
		return "", fmt.Errorf("key %.40q stands twice", key)
	}
	k.list = append(k.list, key)
	if len(k.list) > maxKeys {
		return "", fmt.Errorf("more than %d keys", maxKeys)
	}
	return key, nil
}

func (k *keys) has(key string) bool {
	const short = 24
	if len(k.list) < short {
		for _, other := range k.list {
			if len(other) == len(key) && (other == key || string(bytes.ToLower([]byte(other))) == string(bytes.ToLower([]byte(key)))) {
				return true
			}
		}
		return false
	}
	if k.set == nil {
		k.set = make(map[string]bool, 2*short)
		for _, other := range k.list {
			k.set[string(bytes.ToLower([]byte(other)))] = true
		}
	}
	low := string(bytes.ToLower([]byte(key)))
	known := k.set[low]
	k.set[low] = true
	return known
}

// plain decodes a text, number or list of simple values.
func plain(key string, value []byte, into any) error {
	if err := json.Unmarshal(value, into); err != nil {
		return fmt.Errorf("%s is not what it should be", key)
	}
	return nil
}
