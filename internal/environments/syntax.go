package environments

import (
	"bytes"
	"errors"
	"io"
	"sort"

	"go.yaml.in/yaml/v3"
)

// parseYAML returns the root node of the file's only document, or nil when
// there is none to look at.
func parseYAML(name string, data []byte) (*yaml.Node, []Problem) {
	documents, err := parseDocuments(data)
	if err != nil {
		line := failingLine(data, err)
		text := notYAML(err, lineOf(data, line))
		return nil, []Problem{{Position{File: name, Line: line}, text}}
	}
	if len(documents) == 0 || len(documents) == 1 && isAbsent(documents[0].Content[0]) {
		return nil, []Problem{{Position{File: name, Line: 1}, noContent(data)}}
	}
	var problems []Problem
	for _, further := range documents[1:] {
		problems = append(problems, Problem{Position{File: name, Line: further.Line}, secondDocument})
	}
	return documents[0].Content[0], problems
}

// isAbsent says whether a node stands for a value that nobody wrote.
func isAbsent(node *yaml.Node) bool { return node.Tag == "!!null" && node.Value == "" }

func parseDocuments(data []byte) ([]*yaml.Node, error) {
	var documents []*yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	for {
		document := new(yaml.Node)
		switch err := decoder.Decode(document); {
		case errors.Is(err, io.EOF):
			return documents, nil
		case err != nil:
			return nil, err
		}
		documents = append(documents, document)
	}
}

// failingLine finds the line that breaks the parser. The parser itself names
// the start of what it was reading, often far above, or nothing. But it reads
// no further than its error: the same error comes from every beginning of the
// file that holds the broken line, and from no shorter one.
func failingLine(data []byte, err error) int {
	lines := bytes.SplitAfter(data, []byte("\n"))
	return 1 + sort.Search(len(lines)-1, func(i int) bool {
		_, other := parseDocuments(bytes.Join(lines[:i+1], nil))
		return other != nil && (other.Error() == err.Error() || isOpenQuote(other) && isOpenQuote(err))
	})
}

func lineOf(data []byte, line int) string {
	return string(bytes.Split(data, []byte("\n"))[line-1])
}
