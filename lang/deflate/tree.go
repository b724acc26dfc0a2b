package deflate

import "math/bits"

// tree is a Huffman code: for each symbol its length and its bits, reversed as they are written. max is the last symbol that is used,
// cost what all of it takes in bits.
type tree struct {
	lengths []uint8
	codes   []uint16
	max     int
	cost    int
}

// assign makes the codes of the lengths: RFC 1951, 3.2.2.
func (t *tree) assign() {
	var count, next [maxBits + 2]uint16
	for _, n := range t.lengths {
		count[n]++
	}
	count[0] = 0
	for n := 1; n <= maxBits; n++ {
		next[n+1] = (next[n] + count[n]) << 1
	}
	t.codes = make([]uint16, len(t.lengths))
	for i, n := range t.lengths {
		if n > 0 {
			t.codes[i] = bits.Reverse16(next[n]) >> (16 - n)
			next[n]++
		}
	}
}

// forest is a heap of subtrees on the way to one tree. Ties go by depth, as zlib breaks them.
type forest struct {
	heap   []int
	weight []int
	depth  []uint8
}

func (f *forest) less(a, b int) bool {
	return f.weight[a] < f.weight[b] || f.weight[a] == f.weight[b] && f.depth[a] <= f.depth[b]
}

// sink moves the element at a place (from 1) down to where it belongs.
func (f *forest) sink(at int) {
	v, last := f.heap[at], len(f.heap)-1
	for child := at * 2; child <= last; child *= 2 {
		if child < last && f.less(f.heap[child+1], f.heap[child]) {
			child++
		}
		if f.less(v, f.heap[child]) {
			break
		}
		f.heap[at] = f.heap[child]
		at = child
	}
	f.heap[at] = v
}

func (f *forest) pop() int {
	top := f.heap[1]
	last := len(f.heap) - 1
	f.heap[1] = f.heap[last]
	f.heap = f.heap[:last]
	if last > 1 {
		f.sink(1)
	}
	return top
}

// build makes the tree for the frequencies of symbols, no code longer than longest.
func build(frequencies []uint16, longest int, extra func(int) uint) tree {
	n := len(frequencies)
	t := tree{lengths: make([]uint8, n), max: -1}
	f := forest{heap: []int{0}, weight: make([]int, n, 2*n+1), depth: make([]uint8, n, 2*n+1)}
	for i, c := range frequencies {
		if f.weight[i] = int(c); c > 0 {
			f.heap = append(f.heap, i)
			t.max = i
		}
	}
	for len(f.heap) < 3 { // a tree has two leaves at least
		at := 0
		if t.max < 2 {
			t.max++
			at = t.max
		}
		f.weight[at] = 1
		f.heap = append(f.heap, at)
		t.cost-- // its one bit, which is counted below and never written
	}
	parents, order := f.join(n)
	t.limit(parents, order, f.weight, longest, extra, n)
	t.assign()
	return t
}

// join makes one tree of the forest: who is whose parent, and all nodes in the order of their weight, the heaviest first.
func (f *forest) join(symbols int) (parents, order []int) {
	for i := (len(f.heap) - 1) / 2; i >= 1; i-- {
		f.sink(i)
	}
	parents = make([]int, symbols, 2*symbols+1)
	for len(f.heap) > 2 {
		a := f.pop()
		b := f.heap[1]
		order = append(order, a, b)
		node := len(f.weight)
		f.weight = append(f.weight, f.weight[a]+f.weight[b])
		f.depth = append(f.depth, max(f.depth[a], f.depth[b])+1)
		parents = append(parents, 0)
		parents[a], parents[b] = node, node
		f.heap[1] = node
		f.sink(1)
	}
	order = append(order, f.heap[1])
	for i, j := 0, len(order)-1; i < j; i, j = i+1, j-1 {
		order[i], order[j] = order[j], order[i]
	}
	return parents, order
}

// limit finds the lengths of the leaves; where they get longer than longest, others give way.
func (t *tree) limit(parents, order, weight []int, longest int, extra func(int) uint, symbols int) {
	depth := make([]int, len(parents))
	var count [maxBits + 1]int
	overflow := 0
	for i, node := range order {
		if i > 0 {
			depth[node] = depth[parents[node]] + 1
		}
		if depth[node] > longest {
			depth[node] = longest
			overflow++
		}
		if node < symbols {
			count[depth[node]]++
			t.lengths[node] = uint8(depth[node])
			t.cost += weight[node] * (depth[node] + int(extra(node)))
		}
	}
	if overflow == 0 {
		return
	}
	for ; overflow > 0; overflow -= 2 {
		n := longest - 1
		for count[n] == 0 {
			n--
		}
		count[n]--
		count[n+1] += 2
		count[longest]--
	}
	at := len(order)
	for n := longest; n > 0; n-- {
		for k := count[n]; k > 0; {
			at--
			node := order[at]
			if node >= symbols {
				continue
			}
			if int(t.lengths[node]) != n {
				t.cost += (n - int(t.lengths[node])) * weight[node]
				t.lengths[node] = uint8(n)
			}
			k--
		}
	}
}
