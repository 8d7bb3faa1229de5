package views

import (
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"strings"
	"text/template/parse"

	"github.com/gofiber/template/html/v3"
)

// compose parses every file into one set. Fragments are executed in that set. Each page
// gets a set of its own, in which the layout shows this page, with no more in it than
// these two include: escaping changes a set's trees, so pages cannot share them, and a
// copy of all of them for each page would be most of the program's memory. Everything is
// executed once by check, so that escaping is over before the first request.
func compose(fm template.FuncMap) (map[string]*template.Template, error) {
	engine := html.NewFileSystem(http.FS(templates), extension)
	engine.AddFuncMap(fm)
	if err := engine.Load(); err != nil {
		return nil, err
	}
	parsed := map[string]*parse.Tree{}
	for _, t := range engine.Templates.Templates() {
		if t.Tree != nil {
			fold(fm, t.Tree.Root)
			parsed[t.Name()] = t.Tree
		}
	}
	set := map[string]*template.Template{}
	for name := range parsed {
		switch {
		case strings.HasPrefix(name, fragmentPrefix):
			set[name] = engine.Templates.Lookup(name)
		case strings.HasPrefix(name, pagePrefix):
			page, err := composePage(fm, parsed, name)
			if err != nil {
				return nil, err
			}
			set[name] = page
		}
	}
	return set, nil
}

// composePage makes the set in which the layout shows the page called name.
func composePage(fm template.FuncMap, parsed map[string]*parse.Tree, name string) (*template.Template, error) {
	parsed = maps.Clone(parsed)
	parsed[pageSlot] = parsed[name]
	needed := map[string]*parse.Tree{}
	if err := include(needed, parsed, layoutName); err != nil {
		return nil, fmt.Errorf("compose %s: %w", name, err)
	}
	page := template.New("").Funcs(fm)
	for of, tree := range needed {
		if _, err := page.AddParseTree(of, tree.Copy()); err != nil {
			return nil, fmt.Errorf("compose %s: %w", name, err)
		}
	}
	return page.Lookup(layoutName), nil
}

// include adds the template called name to needed, and all that it includes in its turn.
func include(needed, parsed map[string]*parse.Tree, name string) error {
	if needed[name] != nil {
		return nil
	}
	tree := parsed[name]
	if tree == nil {
		return fmt.Errorf("no template is called %s", name)
	}
	needed[name] = tree
	for nodes := []parse.Node{tree.Root}; len(nodes) > 0; {
		node := nodes[len(nodes)-1]
		nodes = append(nodes[:len(nodes)-1], inner(node)...)
		if t, ok := node.(*parse.TemplateNode); ok {
			if err := include(needed, parsed, t.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

// inner lists the nodes directly below one that can hold an inclusion.
func inner(node parse.Node) []parse.Node {
	var branch *parse.BranchNode
	switch n := node.(type) {
	case *parse.ListNode:
		if n == nil {
			return nil
		}
		return n.Nodes
	case *parse.IfNode:
		branch = &n.BranchNode
	case *parse.RangeNode:
		branch = &n.BranchNode
	case *parse.WithNode:
		branch = &n.BranchNode
	default:
		return nil
	}
	return []parse.Node{branch.List, branch.ElseList}
}
