// Groups of sentences far down in a long text are kept packed and are unpacked when they come near. Until then, their
// text stands there without marks, so that it can be searched.
"use strict";
(() => {
  const unpack = async (group) => {
    const packed = group.querySelector("script");
    if (!packed || group.dataset.busy) return;
    group.dataset.busy = "true";
    const bytes = Uint8Array.from(atob(packed.textContent), (sign) => sign.charCodeAt(0));
    const opened = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    group.innerHTML = await new Response(opened).text();
    group.classList.remove("far");
  };
  const near = new IntersectionObserver(
    (seen) => seen.forEach((one) => {
      if (one.isIntersecting) { near.unobserve(one.target); unpack(one.target); }
    }),
    { rootMargin: "1500px" },
  );
  const far = [...document.querySelectorAll(".far")];
  far.forEach((group) => near.observe(group));
  const follow = async () => {
    const at = /^#t(\d+)-/.exec(location.hash);
    if (!at) return;
    const group = far.find((one) => +one.dataset.start <= +at[1] && +at[1] < +one.dataset.end);
    if (group) await unpack(group);
    document.getElementById(location.hash.slice(1))?.scrollIntoView({ block: "center" });
  };
  addEventListener("hashchange", follow);
  follow();
})();
