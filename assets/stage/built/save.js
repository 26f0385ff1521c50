// Made of assets/stage by `make stage`; change it there.
var e=(n,t)=>document.dispatchEvent(new CustomEvent(`atlas:${n}`,{detail:t}));function o({parentElement:n}){for(let t of n.querySelectorAll("button"))t.onclick=()=>e("save",t.dataset.format??"svg")}export{o as default};
