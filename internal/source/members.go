package source

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// checkMembers refuses a name that an object has twice, in data that is valid
// JSON. Decoding would keep the last of them, where a reader may see the first.
//
// It looks at the bytes: encoding/json's tokens take ten times as long for a
// stack of 40 MB.
func checkMembers(data []byte) error {
	var around []*openObject
	for at := 0; at < len(data); at++ {
		switch data[at] {
		case '{':
			around = append(around, &openObject{isObject: true})
		case '[':
			around = append(around, &openObject{})
		case '}', ']':
			around = around[:len(around)-1]
		case '"':
			end := stringEnd(data, at+1)
			next := end + 1
			for next < len(data) && isBlank(data[next]) {
				next++
			}
			if next < len(data) && data[next] == ':' {
				within := around[len(around)-1]
				within.name = data[at+1 : end]
				if !within.add(within.name) {
					return fmt.Errorf("has %q twice in %s; a name may stand there once", unescaped(within.name), pathOf(around[:len(around)-1]))
				}
			}
			at = end
		}
	}
	return nil
}

// openObject is an object or a list that is not yet at its end.
type openObject struct {
	isObject bool
	// name is that of the member which is being read.
	name []byte
	// few are the names so far; all takes their place when they are many.
	few [][]byte
	all map[string]bool
}

const fewNames = 16

// add is false for a name that is there already.
func (o *openObject) add(name []byte) bool {
	if bytes.IndexByte(name, '\\') >= 0 {
		name = []byte(unescaped(name))
	}
	if o.all != nil {
		if o.all[string(name)] {
			return false
		}
		o.all[string(name)] = true
		return true
	}
	for _, other := range o.few {
		if bytes.Equal(name, other) {
			return false
		}
	}
	if o.few = append(o.few, name); len(o.few) > fewNames {
		o.all = map[string]bool{}
		for _, other := range o.few {
			o.all[string(other)] = true
		}
	}
	return true
}

// stringEnd is where the quote stands that ends a string.
func stringEnd(data []byte, at int) int {
	for ; at < len(data) && data[at] != '"'; at++ {
		if data[at] == '\\' {
			at++
		}
	}
	return min(at, len(data))
}

func isBlank(char byte) bool { return char == ' ' || char == '\t' || char == '\n' || char == '\r' }

func unescaped(name []byte) string {
	var text string
	if json.Unmarshal([]byte(`"`+string(name)+`"`), &text) != nil {
		return string(name)
	}
	return text
}

func pathOf(around []*openObject) string {
	var path []string
	for _, outer := range around {
		if outer.isObject {
			path = append(path, unescaped(outer.name))
		}
	}
	if path == nil {
		return "the outermost object"
	}
	return strings.Join(path, ".")
}
